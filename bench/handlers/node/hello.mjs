export const handler = async ({ name = 'world' }) => ({ message: `Hello ${name}, this is Lambda!` });
