// Finds out why a stream does not come.

const REASON = 300;

// Browsers refuse http in a page of https, but for their own machine.
export function isMixed(address) {
  const { protocol, hostname } = new URL(address, location.href);
  const isOwn = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return location.protocol === "https:" && protocol === "http:" && !isOwn;
}

// The name of what is wrong and its facts; nothing if the media server answers as it should.
export async function diagnose(address) {
  const stopping = new AbortController();
  try {
    const answer = await fetch(address, { signal: stopping.signal, cache: "no-store" });
    if (answer.ok) return null;
    const status = answer.status;
    if (status === 404) return ["Missing", {}];
    const reason = (await answer.text()).trim().slice(0, REASON);
    const isText = /^text\/plain/.test(answer.headers.get("Content-Type") ?? "") && reason;
    if (status === 401 || status === 403) {
      return [isText ? "Refused" : "RefusedSilently", { status, reason }];
    }
    return ["Status", { status, reason: isText ? reason : "–" }];
  } catch {
    return [(await answersAtAll(address)) ? "Cors" : "Away", {}];
  } finally {
    stopping.abort();
  }
}

async function answersAtAll(address) {
  const stopping = new AbortController();
  try {
    await fetch(address, { mode: "no-cors", signal: stopping.signal, cache: "no-store" });
    return true;
  } catch {
    return false;
  } finally {
    stopping.abort();
  }
}
