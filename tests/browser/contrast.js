// Texts that fall short of WCAG AA (4.5 : 1); disabled controls are exempt.
() => {
  const rgba = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return color.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3]));
  const luminance = (color) => {
    const [r, g, b] = color.map((c) => {
      const part = c / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    if (!element) return [255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, background(element.parentElement));
  };
  const opacity = (element) =>
    element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
  const short = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.textContent.trim();
    const hidden = !element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!words || hidden || element.closest("[disabled], .disabled, script, style, [aria-hidden=true]")) continue;
    const below = background(element);
    const [r, g, b, a] = rgba(getComputedStyle(element).color);
    const text = over([r, g, b, a * opacity(element)], below);
    const [light, dark] = [luminance(text), luminance(below)].sort((x, y) => y - x);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) short.push(`${ratio.toFixed(2)} ${words.slice(0, 40)} (${element.className})`);
  }
  return short;
}
