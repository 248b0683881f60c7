import { defineConfig } from 'vite';

export default defineConfig({
  // Relative paths: the built page works from any folder of any server.
  base: './',
  build: { target: 'es2022' },
  worker: { format: 'es' },
});
