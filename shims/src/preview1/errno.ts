/** The numbers of `errno` in WASI 0.1, and which one a failure is. */

import { ERROR_CODES, type ErrorCode } from '../preview2/filesystem.js';
import { WasiError, errnoOf } from '../preview2/errors.js';

/** The names in the order of their numbers (`typenames.witx`). */
const NAMES = `ESUCCESS E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY
  ECANCELED ECHILD ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST
  EFAULT EFBIG EHOSTUNREACH EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE
  EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODEV
  ENOENT ENOEXEC ENOLCK ENOLINK ENOMEM ENOMSG ENOPROTOOPT ENOSPC ENOSYS ENOTCONN ENOTDIR ENOTEMPTY
  ENOTRECOVERABLE ENOTSOCK ENOTSUP ENOTTY ENXIO EOVERFLOW EOWNERDEAD EPERM EPIPE EPROTO
  EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESPIPE ESRCH ESTALE ETIMEDOUT ETXTBSY EXDEV ENOTCAPABLE`;
const NUMBERS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ NAMES.split(/\s+/).map((name, number) => [name, number]),
);

/** The number for each WIT `error-code` of `wasi:filesystem`. */
let numbers: Map<ErrorCode, number> | undefined;

/** The number of an `errno` name. */
export function errnoNumber(name: string): number | undefined {
  const number = NUMBERS.get(name);
  if (number !== undefined) return number;
  const code = ERROR_CODES.get(name);
  return code === undefined ? undefined : numberOf(code);
}

/** The number that tells the guest of a failure; `undefined` for one that ends the guest. */
export function errnoNumberOf(error: unknown): number | undefined {
  if (error instanceof WasiError) return numberOf(error.payload as ErrorCode);
  const name = errnoOf(error);
  // Without a number it is an I/O error, unless it is a mistake of ours.
  if (name === undefined) return undefined;
  return errnoNumber(name) ?? (name.startsWith('ERR_') ? undefined : NUMBERS.get('EIO'));
}

function numberOf(code: ErrorCode): number | undefined {
  if (numbers === undefined) {
    numbers = new Map();
    // The last of several names is the general one.
    for (const [name, each] of ERROR_CODES) {
      const number = NUMBERS.get(name);
      if (number !== undefined) numbers.set(each, number);
    }
  }
  return numbers.get(code);
}
