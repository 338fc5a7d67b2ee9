import { main } from './main.js';

// What start.ts loads for all that it does not answer itself.
await main();
