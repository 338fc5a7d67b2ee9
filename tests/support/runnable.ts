import { makeZip } from '../../src/build/zip.js';

/**
 * A zip that passes every check of a deploy and really runs here, without a compiler: its bootstrap is an executable
 * of a few instructions that becomes the script `main` beside it, a runtime whose handler is the expression.
 */
export function runnableZip(handler: string, program = 'bootstrap'): Uint8Array {
  return makeZip([
    { name: program, bytes: LAUNCHER, executable: true },
    {
      name: 'main',
      bytes: Buffer.from(`#!${process.execPath}\n(${RUNTIME})(${handler});\n`),
      executable: true,
    },
  ]);
}

/** execve("./main", argv, environ), or else exit(127): a function starts in the folder of its zip. */
const CODE = {
  x64: {
    machine: 62,
    // lea rdi,[rip+33]; lea rsi,[rsp+8]; mov rax,[rsp]; lea rdx,[rsp+rax*8+16]; mov eax,59; syscall; mov edi,127; mov eax,60; syscall
    code: '488d3d21000000488d742408488b0424488d54c410b83b0000000f05bf7f000000b83c0000000f05',
  },
  arm64: {
    machine: 183,
    // adr x0,#40; add x1,sp,#8; ldr x2,[sp]; add x2,x1,x2,lsl #3; add x2,x2,#8; mov x8,#221; svc #0; mov x0,#127; mov x8,#93; svc #0
    code: '40010010e1230091e20340f9220c028b42200091a81b80d2010000d4e00f80d2a80b80d2010000d4',
  },
} as const;

const LAUNCHER = executable(CODE[process.arch === 'arm64' ? 'arm64' : 'x64']);

/** An ELF file with one segment, all of the file. */
function executable({ machine, code }: { readonly machine: number; readonly code: string }): Buffer {
  const [base, header, segment] = [0x400000n, 64, 56];
  const body = Buffer.concat([Buffer.from(code, 'hex'), Buffer.from('./main\0')]);
  const file = Buffer.alloc(header + segment);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(base + BigInt(file.length), 24);
  file.writeBigUInt64LE(BigInt(header), 32);
  file.writeUInt16LE(header, 52);
  file.writeUInt16LE(segment, 54);
  file.writeUInt16LE(1, 56);
  const size = BigInt(file.length + body.length);
  const readAndExecute = 5;
  file.writeUInt32LE(1, header);
  file.writeUInt32LE(readAndExecute, header + 4);
  file.writeBigUInt64LE(base, header + 16);
  file.writeBigUInt64LE(base, header + 24);
  file.writeBigUInt64LE(size, header + 32);
  file.writeBigUInt64LE(size, header + 40);
  file.writeBigUInt64LE(0x10000n, header + 48);
  return Buffer.concat([file, body]);
}

const RUNTIME = `async (handler) => {
  const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
  for (;;) {
    const next = await fetch(api + 'next');
    const id = next.headers.get('lambda-runtime-aws-request-id');
    const answer = JSON.stringify(await handler(await next.json()));
    const echo = { 'Lambda-Runtime-Invocation-Id': next.headers.get('lambda-runtime-invocation-id') ?? '' };
    await (await fetch(api + id + '/response', { method: 'POST', body: answer, headers: echo })).text();
  }
}`;
