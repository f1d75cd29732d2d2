import { results } from '../components/results';
import { Client } from './client';

export default function Page() {
  return (
    <>
      <pre>{JSON.stringify(results())}</pre>
      <Client />
    </>
  );
}
