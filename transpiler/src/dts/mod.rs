//! A world comes in; TypeScript declarations go out.
//! Names are those of `emit`. Afterwards every export and import is typed.
