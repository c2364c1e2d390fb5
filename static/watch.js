// Plays a channel with hls.js or mpegts.js, and says in words why it does not play.

import { diagnose, isMixed } from "./stream.js";

const screen = document.querySelector("[data-iptv-watch]");
const video = screen.querySelector("video");
const said = document.querySelector(".iptv-watch-said");
const words = screen.dataset;
const address = words.iptvWatch;
let stop = () => {};
let isOver = false;

function tell(name, facts = {}) {
  const text = name ? words[`iptv${name}`] : "";
  said.textContent = text.replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
}

// The first failure is the cause; what comes after it are its consequences.
function fail(name, facts) {
  if (isOver) return;
  isOver = true;
  stop();
  tell(name, facts);
  said.classList.add("iptv-failed");
}

async function ask() {
  const [name, facts] = (await diagnose(address)) ?? ["Broken", { what: "network" }];
  fail(name, facts);
}

async function start() {
  try {
    await video.play();
  } catch (error) {
    if (error.name !== "NotAllowedError") return;
    if (video.muted) {
      tell("Blocked");
      return;
    }
    video.muted = true;
    await start();
  }
}

function playHls() {
  const player = new window.Hls({ enableWorker: false });
  stop = () => player.destroy();
  player.on(window.Hls.Events.ERROR, (_, { fatal, type, details }) => {
    if (/codec/i.test(details)) fail("Codec", { what: details });
    else if (fatal && type === window.Hls.ErrorTypes.NETWORK_ERROR) ask();
    else if (fatal) fail("Broken", { what: details });
  });
  player.on(window.Hls.Events.MANIFEST_PARSED, start);
  player.loadSource(address);
  player.attachMedia(video);
}

function playMpegts() {
  const { Events, ErrorTypes, ErrorDetails } = window.mpegts;
  window.mpegts.LoggingControl.enableAll = false;
  const player = window.mpegts.createPlayer(
    { type: "mpegts", isLive: true, url: address },
    { enableWorker: false, liveBufferLatencyChasing: true },
  );
  stop = () => player.destroy();
  player.on(Events.ERROR, (type, details) => {
    if (type === ErrorTypes.NETWORK_ERROR) ask();
    else if (details === ErrorDetails.MEDIA_CODEC_UNSUPPORTED) fail("Codec", { what: details });
    else fail("Broken", { what: details });
  });
  player.on(Events.LOADING_COMPLETE, () => fail("Ended"));
  player.attachMediaElement(video);
  player.load();
  start();
}

// Safari plays HLS itself, where there are no media source extensions.
function playNatively() {
  stop = () => video.removeAttribute("src");
  video.addEventListener("error", ask);
  video.src = address;
  start();
}

document.addEventListener("securitypolicyviolation", () => fail("Foreign"));
video.addEventListener("playing", () => !isOver && tell(video.muted ? "Muted" : ""));
video.addEventListener("volumechange", () => !isOver && !video.muted && tell(""));

tell("Waiting");
if (isMixed(address)) fail("Mixed");
else if (words.iptvOutput === "mpegts") {
  if (window.mpegts?.isSupported()) playMpegts();
  else fail("Unable");
} else if (window.Hls?.isSupported()) playHls();
else if (video.canPlayType("application/vnd.apple.mpegurl")) playNatively();
else fail("Unable");
