import { results } from './components.js';

// Not every bundler has `await` here.
results().then((found) => console.log(JSON.stringify(found)));
