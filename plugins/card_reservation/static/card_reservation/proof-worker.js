// Counts until SHA-256(salt + nonce + counter) begins as the page says. 36 bytes fit one block of the hash.
const primes = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) >>> 0;
const K = Uint32Array.from(primes, (p) => fraction(Math.cbrt(p)));
const START = Uint32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const W = new Uint32Array(64);
const OUT = new Uint32Array(8);

const words = (hex) => hex.match(/.{8}/g).map((part) => parseInt(part, 16));
const hex = (list) => Array.from(list, (word) => word.toString(16).padStart(8, "0")).join("");

function hash(block) {
  W.set(block);
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15];
    const y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  OUT.set([a, b, c, d, e, f, g, h]);
  for (let i = 0; i < 8; i += 1) OUT[i] += START[i];
  return OUT;
}

onmessage = ({ data }) => {
  const block = new Uint32Array(16);
  block.set([...words(data.salt), ...words(data.nonce)]);
  block[9] = 0x80000000;
  block[15] = 36 * 8;
  const wanted = words(data.keyPrefix);
  for (let counter = 0; counter < 2 ** 32; counter += 1) {
    block[8] = counter;
    const found = hash(block);
    if (found[0] === wanted[0] && wanted.every((word, place) => found[place] === word)) {
      postMessage({ counter, derivedKey: hex(found) });
      return;
    }
  }
};
