// Renews what is marked as live, while somebody looks at the page and the server answers.

const MOST = 120; // Seconds between two tries when the server does not answer.
const PATIENCE = 30000; // Milliseconds to wait for an answer.
const REST = 20; // A server that takes long to answer is asked less often: times as long.

const root = document.querySelector(".iptv");
const state = root.querySelector("[data-iptv-live-state]");
const pause = root.querySelector("[data-iptv-pause]");
const every = Number(state.dataset.iptvEvery);

let failures = 0;
let took = 0;
let renewedAt = Date.now();
let triedAt = renewedAt;
let timer;
let isAsking = false;

const isPaused = () => pause.getAttribute("aria-pressed") === "true";
const wait = () => Math.min(MOST * 1000, Math.max(every * 1000 * 2 ** failures, REST * took));

function say(words) {
  // What is said again is read aloud again.
  if (state.textContent !== words) state.textContent = words;
}

// Nothing moves below a finger on a button, and no text is unselected.
function isInUse(region) {
  const button = "button:is(:hover, :active, :focus)";
  if (region.querySelector(button)) return true;
  const selection = document.getSelection();
  return !selection.isCollapsed && selection.containsNode(region, true);
}

function renew(region, fresh) {
  const focused = region.contains(document.activeElement) && document.activeElement.id;
  region.replaceChildren(...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  region.dispatchEvent(new Event("iptv:renewed", { bubbles: true }));
}

async function ask() {
  const answer = await fetch(location.href, {
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const pairs = [...root.querySelectorAll("[data-iptv-live]")].map((region) => [
    region,
    page.querySelector(`[data-iptv-live="${region.dataset.iptvLive}"]`),
  ]);
  // A host's log-in page, for instance.
  if (!pairs.every(([, fresh]) => fresh)) throw new Error("another page");
  if (isPaused()) return;
  for (const [region, fresh] of pairs) if (!isInUse(region)) renew(region, fresh);
}

async function look() {
  if (isAsking || isPaused() || document.hidden) return;
  isAsking = true;
  triedAt = Date.now();
  try {
    await ask();
    failures = 0;
    renewedAt = Date.now();
    took = renewedAt - triedAt;
    if (!isPaused()) say("");
  } catch {
    failures += 1;
    const time = new Date(renewedAt).toTimeString().slice(0, 8);
    if (!isPaused()) say(state.dataset.iptvStale.replace("{time}", time));
  }
  isAsking = false;
  plan();
}

function plan() {
  clearTimeout(timer);
  if (document.hidden || isPaused() || isAsking) return;
  timer = setTimeout(look, Math.max(0, triedAt + wait() - Date.now()));
}

document.addEventListener("visibilitychange", plan);
pause.addEventListener("click", () => {
  pause.setAttribute("aria-pressed", String(!isPaused()));
  say(isPaused() ? state.dataset.iptvPaused : "");
  plan();
});
plan();
