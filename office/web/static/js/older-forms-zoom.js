// The sheet made larger inside its frame, which scrolls; the middle of what was seen stays where it was.
const LEVELS = [1, 1.5, 2, 3, 4];

export class Zoom {
  constructor(frame, svg, tools, sized) {
    Object.assign(this, { frame, svg, sized, at: 0 });
    this.larger = tools.querySelector('[data-larger]');
    this.smaller = tools.querySelector('[data-smaller]');
    this.larger.addEventListener('click', () => this.to(this.at + 1));
    this.smaller.addEventListener('click', () => this.to(this.at - 1));
    new ResizeObserver(() => this.sized()).observe(svg);
    this.to(0);
  }

  to(at) {
    const { frame, svg } = this;
    const across = (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth;
    const down = (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight;
    this.at = Math.min(Math.max(at, 0), LEVELS.length - 1);
    svg.style.width = this.at ? `${LEVELS[this.at] * 100}%` : '';
    svg.classList.toggle('older-larger', this.at > 0);
    frame.scrollLeft = across * frame.scrollWidth - frame.clientWidth / 2;
    frame.scrollTop = down * frame.scrollHeight - frame.clientHeight / 2;
    this.larger.disabled = this.at === LEVELS.length - 1;
    this.smaller.disabled = this.at === 0;
    this.sized();
  }
}
