// Tells of a new number once: to screen readers in words, and with two soft tones where sound was switched on.
"use strict";
(() => {
  const board = document.getElementById("board");
  const said = document.getElementById("said");
  const sound = document.getElementById("sound");
  const whole = document.getElementById("whole");
  const stale = document.getElementById("stale");
  const TOO_OLD = 30000;
  let audio = null;
  let heard = Date.now();
  const now = () => board.querySelector("[data-latest]");
  let latest = now()?.dataset.latest ?? "";

  function tone(frequency, after) {
    const wave = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + after;
    wave.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.3, start + 0.05);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.6);
    wave.connect(volume).connect(audio.destination);
    wave.start(start);
    wave.stop(start + 0.7);
  }

  function chime() {
    if (audio === null) return;
    tone(784, 0);
    tone(587, 0.35);
  }

  new MutationObserver(() => {
    const shown = now();
    if (shown === null) return;
    heard = Date.now();
    if (stale !== null) stale.hidden = true;
    if (shown.dataset.latest === latest) return;
    latest = shown.dataset.latest;
    said.textContent = shown.dataset.said;
    if (latest !== "") chime();
  }).observe(board, { childList: true });

  // A display that has lost the server must not show old numbers as if they were called now.
  if (stale !== null) {
    setInterval(() => { stale.hidden = Date.now() - heard < TOO_OLD; }, 2000);
  }

  sound?.addEventListener("click", () => {
    const on = audio === null;
    if (on) {
      audio = new AudioContext();
      chime();
    } else {
      audio.close();
      audio = null;
    }
    sound.setAttribute("aria-pressed", String(on));
  });

  whole?.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
})();
