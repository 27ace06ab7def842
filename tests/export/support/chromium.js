// A headless Chromium, spoken to in its DevTools protocol over a pipe: nothing but node and the browser is needed.
"use strict";
const {spawn} = require("node:child_process");
const fs = require("node:fs");

class Browser {
  constructor(program, folder) {
    // GPU, sandbox and the like are of no use here, and a container has none of them.
    this.process = spawn(program, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
      "--no-first-run", `--user-data-dir=${folder}`, "--remote-debugging-pipe", "about:blank"],
      {stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"]});
    this.waiting = new Map();
    this.listeners = [];
    this.number = 0;
    let text = "";
    this.process.stdio[4].on("data", chunk => {
      text += chunk;
      const messages = text.split("\0");
      text = messages.pop();
      messages.forEach(message => this.take(JSON.parse(message)));
    });
  }

  take(message) {
    const call = this.waiting.get(message.id);
    if (!call) return this.listeners.forEach(listener => listener(message));
    this.waiting.delete(message.id);
    if (message.error) call.reject(new Error(message.error.message));
    else call.resolve(message.result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.number;
    this.process.stdio[3].write(JSON.stringify({id, method, params, sessionId}) + "\0");
    return new Promise((resolve, reject) => this.waiting.set(id, {resolve, reject}));
  }

  async open(path) {
    const {targetId} = await this.send("Target.createTarget", {url: "about:blank"});
    const {sessionId} = await this.send("Target.attachToTarget", {targetId, flatten: true});
    const page = new Page(this, sessionId);
    await page.send("Page.enable");
    await page.send("Runtime.enable");
    await page.send("Network.enable");
    await page.load(path);
    return page;
  }

  async close() {
    const ended = new Promise(resolve => this.process.once("exit", resolve));
    await this.send("Browser.close");
    await ended;
  }
}

class Page {
  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
    this.errors = [];   // what the page complains about
    this.requests = []; // what it asks the network for
    browser.listeners.push(({method, params, sessionId}) => {
      if (sessionId !== session) return;
      if (method === "Runtime.exceptionThrown") this.errors.push(params.exceptionDetails.exception?.description || params.exceptionDetails.text);
      if (method === "Runtime.consoleAPICalled" && params.type === "error") this.errors.push(JSON.stringify(params.args));
      if (method === "Network.requestWillBeSent" && !/^(data|blob):/.test(params.request.url)) this.requests.push(params.request.url);
      if (method === "Page.javascriptDialogOpening") this.errors.push("a dialog: " + params.message);
    });
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  async load(path) {
    const loaded = new Promise(resolve => this.browser.listeners.push(({method, sessionId}) => {
      if (method === "Page.loadEventFired" && sessionId === this.session) resolve();
    }));
    const started = Date.now();
    await this.send("Page.navigate", {url: "file://" + path});
    await loaded;
    await this.settle();
    this.milliseconds = Date.now() - started;
  }

  async evaluate(expression) {
    const {result, exceptionDetails} = await this.send("Runtime.evaluate", {expression, awaitPromise: true, returnByValue: true});
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
    return result.value;
  }

  async look(width, height, scheme, contrast = "no-preference") {
    await this.send("Emulation.setDeviceMetricsOverride", {width, height, deviceScaleFactor: width < 500 ? 2 : 1, mobile: false});
    await this.send("Emulation.setEmulatedMedia", {features: [{name: "prefers-color-scheme", value: scheme}, {name: "prefers-contrast", value: contrast},
      {name: "prefers-reduced-motion", value: "reduce"}]});
    await this.settle();
  }

  /* Wait until what has happened is drawn, and what the page does behind that is done. */
  settle() {
    return this.evaluate("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))");
  }

  async screenshot(path) {
    const {data} = await this.send("Page.captureScreenshot", {captureBeyondViewport: true});
    fs.writeFileSync(path, Buffer.from(data, "base64"));
  }

  mouse(type, x, y) {
    return this.send("Input.dispatchMouseEvent", {type, x, y, button: "left", buttons: type === "mouseReleased" ? 0 : 1, clickCount: 1});
  }

  /* A drawing of draw.js on the pad of the page to draw on, by mouse. */
  async draw({strokes, pen}) {
    const [left, top, side] = await this.evaluate(`(() => {
      document.getElementById("width").value = ${pen};
      const box = document.getElementById("pad").getBoundingClientRect();
      return [box.left, box.top, box.width];
    })()`);
    for (const points of strokes) {
      const at = ([x, y]) => [left + x * side, top + y * side];
      await Promise.all([this.mouse("mousePressed", ...at(points[0])), ...points.map(point => this.mouse("mouseMoved", ...at(point))),
        this.mouse("mouseReleased", ...at(points[points.length - 1]))]);
    }
    await this.settle();
  }

  /* modifiers: 2 is Control. */
  async key(key, code = key, modifiers = 0) {
    await this.send("Input.dispatchKeyEvent", {type: "keyDown", key, code, modifiers, text: key === " " ? " " : undefined});
    await this.send("Input.dispatchKeyEvent", {type: "keyUp", key, code, modifiers});
    await this.settle();
  }
}

module.exports = {Browser};
