/// <reference types="vite/client" />
declare module "*.svg?icon" {
  const drawing: string;
  export default drawing;
}
