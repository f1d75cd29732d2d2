import { trap } from '../trap.js';

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

/** `canon error-context.new` */
export function errorContextNew(instance, debugMessage) {
  return instance.handles.add(new ErrorContext(debugMessage));
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
