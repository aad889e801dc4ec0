import { test } from 'vitest';
import { fuzzCase } from './fuzz/driver.ts';
test('x', () => { const t = performance.now(); let n = 0; for (let c = 0; c < 60; c++) n += fuzzCase(1, c); console.log(n, performance.now() - t, process.cpuUsage()); }, 60000);
