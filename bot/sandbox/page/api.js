/* Calls the sandbox's server in JSON; a failure becomes an Error with a sentence for the person. */

/** An error response of the sandbox. */
export class Refusal extends Error {}

const UNREACHABLE = "The sandbox isn't answering, so nothing was sent. Look at the terminal where it runs.";

export async function get(path, signal) {
  return answer(await reach(path, { signal, headers: { accept: "application/json" } }));
}

export async function post(path, body) {
  const headers = { "content-type": "application/json" };
  return answer(await reach(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Stores one picked file for the person; resolves to {id, name, size}. */
export async function upload(person, file) {
  const body = new FormData();
  body.append("file", file, file.name);
  return answer(await reach(`/sandbox/files?person=${encodeURIComponent(person)}`, { method: "POST", body }));
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(UNREACHABLE);
  }
}

async function answer(response) {
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  throw new Refusal(body?.error ?? `The sandbox answered ${response.status} and gave no reason.`);
}
