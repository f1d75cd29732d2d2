import { tell } from '../components/page';
import { results } from '../components/results';

export default { title: 'Results' };

export const Shown = () => {
  void tell();
  const pre = document.createElement('pre');
  pre.textContent = JSON.stringify(results());
  return pre;
};
