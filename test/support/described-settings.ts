import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A setting of a stack, as its comment in infra/config.ts describes it. */
export interface DescribedSetting {
  /** `network.cidr` */
  path: string;
  default: string;
  example: string;
  /** Empty where a change neither replaces nor interrupts anything. */
  caution: string;
}

/** The settings in the order of infra/config.ts, with what stands behind @default, @example and @caution. */
export function describedSettings(): DescribedSetting[] {
  const text = readFileSync(new URL('../../infra/config.ts', import.meta.url), 'utf8');
  const described: DescribedSetting[] = [];
  const visit = (node: ts.Node, section: string) => {
    const tags = ts.getJSDocTags(node);
    const tag = (name: string) => {
      const comment = tags.find(({ tagName }) => tagName.text === name)?.comment;
      return (ts.getTextOfJSDocComment(comment) ?? '').replaceAll('\n', ' ');
    };
    if (ts.isObjectLiteralElement(node) && tag('example')) {
      const name = (node.name as ts.Identifier).text;
      const path = section === 'schema' ? name : `${section}.${name}`;
      described.push({ path, default: tag('default'), example: tag('example'), caution: tag('caution') });
      return;
    }
    ts.forEachChild(node, (child) => visit(child, section));
  };
  for (const statement of ts.createSourceFile('config.ts', text, ts.ScriptTarget.Latest, true).statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) visit(declaration, declaration.name.getText());
  }
  return described;
}
