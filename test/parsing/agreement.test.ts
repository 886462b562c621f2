import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mutate, randomOf } from "../../bench/mutate-page.ts";
import { differences } from "../../bench/parse-agreement.ts";

const END = "<a href=end>e</a><title>end</title>";

/** What stands before {@link END} decides whether that is markup. */
const TRICKY = [
  "<!-->",
  "<!--->",
  "<!-- --!>",
  "<!-- -- >",
  "<!-- a <!-- b -->",
  "<!--!>",
  "<!-",
  "<!>",
  "<?>",
  "<?php '>' ?>",
  "</>",
  "</ x y='>'>",
  "<!doctype 'a>b'>",
  "<![CDATA[ x > y ]]>",
  "<svg><![CDATA[ x > <a href=no> ]]></svg>",
  "<svg><![CDATA[ open",
  "<script>x</script >",
  "<script>a</scriptx></script>",
  "<script><!-- </script>",
  "<script><!--<script></script>",
  "<script><!--<script></script></script>",
  "<script><!--<script> --></script>",
  "<script><!--></script>",
  "<script></SCRIPT\n>",
  "<script>'</script'>",
  "<script/>",
  "<script src=a/>x</script>",
  "<style><a href=no></style>",
  "<textarea><a href=no></textarea>",
  "<xmp><a href=no></xmp>",
  "<iframe><a href=no></iframe>",
  "<noembed><a href=no></noembed>",
  "<noframes><a href=no></noframes>",
  "<noscript><a href=yes></noscript>",
  "<plaintext>",
  "<title>",
  "<textarea>",
  "<style></styl></style foo='>'>",
  "<template><a href=no></template>",
  "<template><template></template><a href=no></template>",
  "<template>",
  "</template>",
  "<svg><template><a href=yes></template></svg>",
  "<svg><style><a href=yes></style></svg>",
  "<svg><script><a href=yes></script></svg>",
  "<svg><title><a href=yes></title></svg>",
  "<svg/>",
  "<svg><p>",
  "<svg><font>",
  "<svg><font color=x>",
  "<svg><foreignObject><style><a href=no></style></foreignObject></svg>",
  "<math><mi><style><a href=no></style></mi></math>",
  "<math><style><a href=yes></style></math>",
  "<math><annotation-xml encoding=text/html><title>no</title></annotation-xml></math>",
  "<svg></p><title>x</title>",
  "<svg><g></svg>",
  "<svg></g>",
  "<a href='x' href='no'>",
  "<a href=x/>",
  '<a href = "x" >',
  "<a\nhref\n=\nx\n>",
  "<a/href=x/rel=y/>",
  "<a =href=no href=x>",
  "<a 'href=x'>",
  '<a "=no href=x>',
  "<a href='x'rel='y'>",
  "<a href=\"x'>",
  "<a href='a\"b>c'>t</a>",
  "<A HREF=x>",
  "<a href=x\0y>",
  "<a h\0ref=x>",
  "<a\0 href=x>",
  "<a href=x",
  "<a href",
  "<a ",
  "<",
  "</",
  "</a",
  "<a href='",
  "<a href=a&b&amp;c&ampd&amp=e&not;f&notin;g&#65;&#x41&#0;&#x80;&#xD800;&#x110000;&unknown;>",
  "<base><base href=b/>",
  "<base href=''>",
  "<img src=x alt='&quot;&hellip;'>",
  "<meta name=robots content=a><meta content=b name=robots>",
  "<link rel='&#110;ext' href=n>",
  "<p title='<a href=no>'>",
  "<p title=<a href=no>",
  "<image src=i>",
  "<b><a href=1>x</b>y",
];

describe("agrees with parse5", () => {
  for (const text of TRICKY) {
    test(JSON.stringify(text), () => {
      const found = differences(`<!doctype html><body>${text}${END}`, "http://h.test/d/p", {
        onlyWhich: true,
      });
      assert.deepEqual(found, []);
    });
  }

  test("on 3,000 damaged pages", () => {
    const page = `<!doctype html><html lang=en><head><title>T &amp; t</title><meta name=robots content=all>
      <link rel=canonical href=c><script>if (a < b) "</p>"</script></head><body><p class="x">Hello
      <a href=1>one</a> <b>two <a href='2?a=1&amp;b=2'>x</a></b><table><tr><td><a href="3">y</a></td></tr></table>
      <img src=z alt=q><svg><path d="M0"/><a href=s>s</a></svg><textarea>a</textarea></body></html>`;
    const random = randomOf(20);
    for (let i = 0; i < 3000; i++) {
      const damaged = mutate(page, random);
      assert.deepEqual(differences(damaged, "http://h.test/d/p", { onlyWhich: true }), [], damaged);
    }
  });
});
