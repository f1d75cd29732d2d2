import { withWindlass } from '@windlass/unplugin/next';

export default withWindlass({});
