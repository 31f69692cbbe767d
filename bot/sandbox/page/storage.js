/* What the browser keeps for the page; one that keeps nothing still works until the page is left. */

export function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(key));
  } catch {
    return null;
  }
}

export function write(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // see above
  }
}
