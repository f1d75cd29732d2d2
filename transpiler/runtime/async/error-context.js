import { trap } from '../trap.js';

/** The number of code units kept of a message: a guest may make very many of them. */
const MAX_MESSAGE_LENGTH = 4096;

/** `ErrorContext` */
export class ErrorContext {
  /** @param {string} debugMessage */
  constructor(debugMessage) {
    this.debugMessage = debugMessage;
  }

  static get(instance, index) {
    const context = instance.handles.get(index);
    if (!(context instanceof ErrorContext)) trap(`handle index ${index} used with the wrong type`);
    return context;
  }
}

/** `canon error-context.new`, where the host may change the message */
export function errorContextNew(instance, debugMessage) {
  return instance.handles.add(new ErrorContext(shorten(debugMessage)));
}

function shorten(text) {
  if (text.length <= MAX_MESSAGE_LENGTH) return text;
  // Joined, since a slice would keep the whole text, of as many characters as are whole.
  return Array.from(text.slice(0, MAX_MESSAGE_LENGTH))
    .join('')
    .replace(/[\ud800-\udbff]$/, '');
}

/** `canon error-context.debug-message`, as far as the text */
export function errorContextDebugMessage(instance, index) {
  return ErrorContext.get(instance, index).debugMessage;
}

/** `canon error-context.drop` */
export function errorContextDrop(instance, index) {
  ErrorContext.get(instance, index);
  instance.handles.remove(index);
}

/** `lift_error_context` */
export function liftErrorContext(instance, index) {
  return ErrorContext.get(instance, index);
}

/** `lower_error_context` */
export function lowerErrorContext(instance, value) {
  return instance.handles.add(
    value instanceof ErrorContext ? value : new ErrorContext(String(value?.message ?? value)),
  );
}
