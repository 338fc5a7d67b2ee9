/** Thrown where a value of a template cannot be known without a deploy; its message says why. */
export class Unknown extends Error {}
