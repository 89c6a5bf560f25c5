/** Cases that this endpoint does not pass, with the reason. One that starts to pass must leave the list. */
export const redList: readonly { readonly reason: string; readonly ids: readonly string[] }[] = [
  {
    reason:
      "Express workflows have neither activities nor callbacks: refused rather than run as something else",
    ids: ["test_sfn_api_versioning::TestSnfApiVersioning::test_create_express_with_publish"],
  },
];
