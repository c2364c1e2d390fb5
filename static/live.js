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

const HELD = 30000; // Milliseconds that the list may stand still without a word.

let isPaused = false;
let heldSince = null;

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
  const asked = location.href;
  const answer = await fetch(asked, {
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
  // A search may have changed meanwhile what is wanted.
  if (isPaused || asked !== location.href) return;
  const held = pairs.filter(([region]) => isInUse(region));
  for (const pair of pairs) if (!held.includes(pair)) renew(...pair);
  heldSince = held.length ? (heldSince ?? renewedAt) : null;
}

function words() {
  const isLong = heldSince !== null && Date.now() - heldSince >= HELD;
  return isLong ? state.dataset.iptvHeld.replace("{time}", clock(heldSince)) : "";
}

const clock = (moment) => new Date(moment).toTimeString().slice(0, 8);

async function look() {
  if (isAsking || isPaused || document.hidden) return;
  isAsking = true;
  triedAt = Date.now();
  try {
    await ask();
    failures = 0;
    renewedAt = Date.now();
    took = renewedAt - triedAt;
    if (!isPaused) say(words());
  } catch {
    failures += 1;
    if (!isPaused) say(state.dataset.iptvStale.replace("{time}", clock(renewedAt)));
  }
  isAsking = false;
  plan();
}

function plan() {
  clearTimeout(timer);
  if (document.hidden || isPaused || isAsking) return;
  timer = setTimeout(look, Math.max(0, triedAt + wait() - Date.now()));
}

document.addEventListener("visibilitychange", plan);
// The numbers, whose links lead to the same search.
root.addEventListener("iptv:renewed", (event) => event.detail?.isSearched && look());
pause.addEventListener("click", () => {
  isPaused = !isPaused;
  heldSince = null;
  for (const part of pause.children) part.hidden = part.hasAttribute("data-iptv-resume") !== isPaused;
  pause.classList.toggle("iptv-paused", isPaused);
  say(isPaused ? state.dataset.iptvPaused : "");
  plan();
});
plan();
