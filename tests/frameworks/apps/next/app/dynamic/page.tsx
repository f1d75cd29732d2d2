import { results } from '../../components/results';

export const dynamic = 'force-dynamic';

/** Rendered anew for each request. */
export default function Page() {
  return <pre>{JSON.stringify(results())}</pre>;
}
