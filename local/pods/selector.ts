/** Does a label selector choose these labels? `key=value`, `key!=value`, `key` and `!key`, with commas between. */
export function matchesLabels(selector: string, labels: Record<string, string>): boolean {
  return requirements(selector).every((requirement) => {
    const [, key, operator, value] = /^([^=!]+?)(!=|==?)(.*)$/.exec(requirement) ?? [];
    if (operator === '!=') return labels[key] !== value;
    if (operator) return labels[key] === value;
    if (requirement.startsWith('!')) return !(requirement.slice(1) in labels);
    return requirement in labels;
  });
}

/** The same for field selectors. The only one that is known here is `involvedObject.name=NAME` of events. */
export function matchesInvolvedObject(selector: string, name: string): boolean {
  return requirements(selector).every((requirement) => requirement === `involvedObject.name=${name}`);
}

function requirements(selector: string): string[] {
  return selector.split(',').filter(Boolean);
}
