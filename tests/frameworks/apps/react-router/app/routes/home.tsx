import { useEffect } from 'react';
import { useLoaderData } from 'react-router';
import { tell } from '../../components/page';
import { results } from '../../components/results';

export function loader() {
  return results();
}

export default function Home() {
  useEffect(() => void tell(), []);
  const loaded = useLoaderData<typeof loader>();
  return (
    <>
      <pre>{JSON.stringify(loaded)}</pre>
      <output>{JSON.stringify(results())}</output>
    </>
  );
}
