/// The script of a page: values at the pointer, zooming, smoothing, and curves shown or hidden from
/// the legend.
///
/// A page reads the same without it, and it asks nothing of the network.
enum PageScript {
  static let text = shared + "\n" + charts + "\n" + parallelCoordinates

  /// Numbers as text, and the curves that the legend hides.
  private static let shared = #"""
    "use strict";
    const fledge = (() => {
      const legend = [...document.querySelectorAll("button[data-variant]")];
      const hidden = new Set();
      const changed = [];

      const format = (value) => {
        const size = Math.abs(value);
        if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
        const decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
        return value.toFixed(decimals).replace("-", "\u2212");
      };
      const make = (name, attributes) => {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
        return element;
      };
      const line = (tag, content, className) => {
        const element = document.createElement(tag);
        element.textContent = content;
        if (className) element.className = className;
        return element;
      };
      const readout = (frame) => {
        const box = line("div", "", "readout");
        box.setAttribute("role", "status");
        box.hidden = true;
        frame.append(box);
        return box;
      };

      legend.forEach((button) => button.addEventListener("click", () => {
        const variant = button.dataset.variant;
        hidden.has(variant) ? hidden.delete(variant) : hidden.add(variant);
        legend.filter((other) => other.dataset.variant === variant).forEach((other) =>
          other.setAttribute("aria-pressed", String(!hidden.has(variant))));
        document.querySelectorAll(`g.curve[data-variant="${variant}"]`).forEach((curve) =>
          curve.classList.toggle("hidden", hidden.has(variant)));
        changed.forEach((redraw) => redraw());
      }));

      // Ticks at 1, 2 or 5 times a power of ten; at powers of ten on a long logarithmic axis.
      const ticks = ([low, high, isLog], count) => {
        const found = [];
        if (isLog && high / low >= 20) {
          for (let e = Math.ceil(Math.log10(low)); e <= Math.log10(high); e += 1) {
            found.push(Math.pow(10, e));
          }
          return found;
        }
        const raw = (high - low) / count, power = Math.pow(10, Math.floor(Math.log10(raw)));
        const step = power * [1, 2, 5, 10].find((nice) => nice * power >= raw * 0.99);
        for (let k = Math.ceil(low / step - 1e-9); k * step <= high * (1 + 1e-12); k += 1) {
          found.push(k * step);
        }
        return found;
      };
      return { hidden, changed, format, make, line, readout, ticks };
    })();
    """#
}
