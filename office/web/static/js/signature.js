/*
 * The signature pad of the resident's tablet: draws, and records what the hand did.
 *
 * Markup (everything but form, canvas and the hidden field may be left out):
 *
 *   <form data-signature>
 *     <canvas data-signature-pad role="img" aria-label="署名欄"></canvas>   (no border, no padding)
 *     <p data-signature-status role="status" aria-live="polite"></p>
 *     <button type="button" data-signature-undo>一つ戻す</button>
 *     <button type="button" data-signature-clear>消して書き直す</button>
 *     <input type="hidden" name="strokes">
 *   </form>
 *
 * The hidden field always holds the record as JSON (`kakazu-strokes/1`, read by forms.signing.strokes):
 * strokes of [x, y, t, pressure, tilt_x, tilt_y] in CSS px from the canvas's top left and milliseconds
 * from the first contact. A channel the device does not measure is null, never 0. The canvas keeps the
 * size it had at the first contact as its frame; after turning the tablet the ink is redrawn to scale
 * and new points are recorded in the same frame. Texts in other languages: data-text-empty,
 * -drawn ({count} is the number of strokes), -undone, -cleared, -pen and -unseen on the form.
 *
 * Some browsers blank or blur a canvas for privacy. The record is made from events and loses nothing, so
 * nobody is turned away: a hidden field `unseen` says that the ink could not be seen here.
 *
 * signature_pad draws; its defaults drop data (throttle 16 ms, minDistance 5 px), so both are 0, and the
 * record is made from all coalesced pointer events. After the first contact of a pen, fingers and palms
 * no longer draw.
 */

import SignaturePad from "../vendor/signature_pad.min.js";

const FORMAT = "kakazu-strokes/1";

const TEXTS = {
  empty: "署名欄は空です。",
  drawn: "署名が書かれています（線{count}本）。",
  undone: "最後の線を消しました。残りは線{count}本です。",
  cleared: "署名を消しました。もう一度書いてください。",
  pen: "ペンを使っています。指や手のひらでは書けません。",
  unseen: "線が画面に出ないことがありますが、書いたものは記録されています。",
};

const round = (value, digits) => Math.round(value * 10 ** digits) / 10 ** digits;

/* The kind of contact of a pointer, touch or mouse event (signature_pad listens to touch on iPadOS). */
function contactOf(event) {
  if (event.changedTouches) return event.changedTouches[0].touchType === "stylus" ? "pen" : "touch";
  return event.pointerType === "pen" || event.pointerType === "touch" ? event.pointerType : "mouse";
}

/* Every sample of an event: all coalesced ones, else the event itself. */
function samplesOf(event) {
  if (event.changedTouches) {
    const touch = event.changedTouches[0];
    return [{ clientX: touch.clientX, clientY: touch.clientY, pressure: touch.force, time: event.timeStamp }];
  }
  const coalesced = typeof event.getCoalescedEvents === "function" ? event.getCoalescedEvents() : [];
  return (coalesced.length ? coalesced : [event]).map((one) => ({
    clientX: one.clientX,
    clientY: one.clientY,
    pressure: one.pressure,
    tiltX: one.tiltX,
    tiltY: one.tiltY,
    time: one.timeStamp,
  }));
}

/* A channel counts as measured when its values vary; devices without it report one constant. */
function varies(values) {
  return new Set(values.filter((value) => typeof value === "number")).size > 1;
}

class SignatureRecorder {
  constructor(form) {
    this.form = form;
    this.canvas = form.querySelector("canvas[data-signature-pad]");
    this.field = form.querySelector('input[name="strokes"]');
    this.strokes = [];
    this.frame = null;
    this.origin = null;
    this.undos = 0;
    this.clears = 0;
    this.penSeen = false;
    this.fitted = false;
    this.current = null;
    this.status = form.querySelector("[data-signature-status]") ?? this.makeStatus();
    this.rejectPalms();
    this.pad = new SignaturePad(this.canvas, { throttle: 0, minDistance: 0, minWidth: 0.9, maxWidth: 2.4 });
    this.listen();
    this.fit();
    this.write();
  }

  makeStatus() {
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    status.setAttribute("aria-live", "polite");
    this.canvas.after(status);
    return status;
  }

  /* Registered before the pad's own listeners, so that a rejected contact never reaches the pad. */
  rejectPalms() {
    const guard = (event) => {
      const contact = contactOf(event);
      if (contact === "pen" && !this.penSeen) {
        this.penSeen = true;
        this.dropPalm();
        this.announce("pen");
      } else if (contact !== "pen" && this.penSeen) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    };
    for (const type of ["pointerdown", "touchstart"]) {
      this.canvas.addEventListener(type, guard, { capture: true, passive: false });
    }
    this.canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /* A palm that came down just before the pen: its unfinished stroke goes, and the pad is freed for the pen. */
  dropPalm() {
    if (!this.current) return;
    this.strokes = this.strokes.filter((stroke) => stroke !== this.current);
    this.current = null;
    this.pad.off();
    this.pad.on();
    this.redraw();
  }

  listen() {
    this.pad.addEventListener("beginStroke", (event) => this.begin(event.detail.event));
    this.pad.addEventListener("beforeUpdateStroke", (event) => this.extend(event.detail.event));
    this.pad.addEventListener("endStroke", () => this.end());
    /* The system took the contact away (a gesture, a call): what was written so far stays. */
    for (const type of ["pointercancel", "touchcancel"]) {
      this.canvas.addEventListener(type, () => this.cancelled());
    }
    this.button("[data-signature-undo]", () => this.undo());
    this.button("[data-signature-clear]", () => this.clear());
    new ResizeObserver(() => this.fit()).observe(this.canvas);
    this.form.addEventListener("submit", () => this.write(), { capture: true });
  }

  button(selector, act) {
    const button = this.form.querySelector(selector);
    if (!button) return;
    button.type = "button";
    button.addEventListener("click", act);
  }

  surroundings(box) {
    return {
      width: Math.max(box.width, 1),
      height: Math.max(box.height, 1),
      screen: { width: window.screen.width, height: window.screen.height },
      ratio: window.devicePixelRatio || 1,
    };
  }

  begin(event) {
    const box = this.canvas.getBoundingClientRect();
    this.frame ??= this.surroundings(box);
    this.origin ??= event.timeStamp;
    this.current = { contact: contactOf(event), points: [] };
    this.strokes.push(this.current);
  }

  extend(event) {
    if (!this.current) return;
    const box = this.canvas.getBoundingClientRect();
    const { scale, left, top } = this.placement(box);
    const lifted = event.type === "pointerup" || event.type === "touchend" || event.type === "mouseup";
    for (const sample of samplesOf(event)) {
      this.current.points.push({
        x: (sample.clientX - box.left - left) / scale,
        y: (sample.clientY - box.top - top) / scale,
        t: Math.max(0, sample.time - this.origin),
        pressure: lifted ? null : (sample.pressure ?? null),
        tiltX: sample.tiltX ?? null,
        tiltY: sample.tiltY ?? null,
      });
    }
  }

  end() {
    if (this.current && !this.current.points.length) this.strokes.pop();
    this.current = null;
    this.write();
    this.announce(this.isBlank() ? "unseen" : "drawn");
  }

  /* Whether nothing of the ink can be read back from the canvas; tells the server once. */
  isBlank() {
    const canvas = this.canvas;
    let seen = true;
    try {
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      seen = pixels.some((value, index) => index % 4 === 3 && value > 60);
    } catch {
      seen = false;
    }
    if (seen || !this.strokes.length) return false;
    if (!this.form.elements.namedItem("unseen")) {
      const told = Object.assign(document.createElement("input"), { type: "hidden", name: "unseen", value: "yes" });
      this.form.append(told);
    }
    return true;
  }

  cancelled() {
    if (!this.current) return;
    this.end();
    this.pad.off();
    this.pad.on();
    this.redraw();
  }

  undo() {
    if (!this.strokes.length) return this.announce("empty");
    this.strokes.pop();
    this.undos += 1;
    this.changed();
    this.announce("undone");
  }

  clear() {
    if (!this.strokes.length) return this.announce("empty");
    this.strokes = [];
    this.clears += 1;
    this.origin = null;
    this.changed();
    this.announce("cleared");
  }

  changed() {
    if (!this.strokes.length) this.frame = null;
    this.redraw();
    this.write();
  }

  /* How the frame lies in the canvas as it is now: uniform scale, centred. */
  placement(box) {
    const frame = this.frame ?? box;
    const scale = Math.min(box.width / frame.width, box.height / frame.height) || 1;
    return { scale, left: (box.width - frame.width * scale) / 2, top: (box.height - frame.height * scale) / 2 };
  }

  /* Give the canvas one pixel for each of the screen's, and draw the ink anew. */
  fit() {
    const box = this.canvas.getBoundingClientRect();
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    const width = Math.round(box.width * ratio);
    const height = Math.round(box.height * ratio);
    if (!width || !height || (width === this.canvas.width && height === this.canvas.height && this.fitted)) return;
    this.fitted = true;
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.getContext("2d").scale(ratio, ratio);
    this.redraw();
    this.write();
  }

  redraw() {
    const { scale, left, top } = this.placement(this.canvas.getBoundingClientRect());
    const { dotSize, minWidth, maxWidth, penColor, velocityFilterWeight, compositeOperation } = this.pad;
    const look = { dotSize, minWidth, maxWidth, penColor, velocityFilterWeight, compositeOperation };
    const groups = this.strokes.map((stroke) => {
      const points = stroke.points.map((point) => ({
        x: point.x * scale + left,
        y: point.y * scale + top,
        time: point.t,
        pressure: point.pressure ?? 0.5,
      }));
      const moved = points.filter((p, i) => !i || p.x !== points[i - 1].x || p.y !== points[i - 1].y);
      return { ...look, points: moved };
    });
    this.pad.fromData(groups.filter((group) => group.points.length));
  }

  record() {
    const frame = this.frame ?? this.surroundings(this.canvas.getBoundingClientRect());
    const channels = {};
    for (const contact of ["touch", "pen", "mouse"]) {
      const points = this.strokes.filter((one) => one.contact === contact).flatMap((one) => one.points);
      channels[contact] = {
        pressure: contact !== "mouse" && varies(points.map((point) => point.pressure)),
        tilt: contact === "pen" && points.some((point) => point.tiltX || point.tiltY),
      };
    }
    return {
      format: FORMAT,
      canvas: { width: round(frame.width, 2), height: round(frame.height, 2) },
      screen: frame.screen,
      pixel_ratio: round(frame.ratio, 3),
      undos: this.undos,
      clears: this.clears,
      strokes: this.strokes
        .filter((stroke) => stroke.points.length)
        .map((stroke) => ({
          pointer_type: stroke.contact,
          points: stroke.points.map((point) => this.sample(point, channels[stroke.contact])),
        })),
    };
  }

  sample(point, measured) {
    const pressure = measured.pressure && point.pressure ? round(point.pressure, 4) : null;
    const tilt = measured.tilt ? [point.tiltX, point.tiltY] : [null, null];
    return [round(point.x, 2), round(point.y, 2), round(point.t, 1), pressure, ...tilt];
  }

  write() {
    this.field.value = JSON.stringify(this.record());
  }

  announce(key) {
    const name = `text${key[0].toUpperCase()}${key.slice(1)}`;
    const text = this.form.dataset[name] ?? TEXTS[key];
    this.status.textContent = text.replace("{count}", String(this.strokes.length));
  }
}

/* Attach to every form below `root` once. */
export function attachSignatures(root) {
  for (const form of root.querySelectorAll("form[data-signature]:not([data-signature-ready])")) {
    form.setAttribute("data-signature-ready", "");
    new SignatureRecorder(form);
  }
}

attachSignatures(document);
// Parts of a page that htmx swaps in may bring a pad.
document.addEventListener("htmx:after:swap", () => attachSignatures(document));
