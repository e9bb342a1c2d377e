/**
 * The solver's half of the closure check: libsolv through its Python binding, the same solver that dnf and zypper have, for
 * both formats (publishing.md, "Closure"). It reads metadata and says what cannot be installed and by which rules; what
 * that means is decided in #core/closure. It goes to Python as a text, so that a bundle needs no file beside it.
 *
 * Per state: packages of the base that one of ours hides (same name and architecture: priority 1, or a pin) are left out;
 * ours, and those of the base that need a hidden one, must install. Weak jobs in bulk prove most; the rest is asked singly.
 */
export const SOLVER = `import json, os, sys, solv

ask = json.load(sys.stdin)
rpm = ask['format'] == 'rpm'
pool = solv.Pool()
pool.setdisttype(solv.Pool.DISTTYPE_RPM if rpm else solv.Pool.DISTTYPE_DEB)
pool.setarch(ask['arch'])


def load(repo, part):
    if part['kind'] == 'packages':
        repo.add_debpackages(solv.xfopen(part['path']), solv.Repo.REPO_NO_INTERNALIZE)
    elif part['kind'] == 'rpmmd':
        repo.add_rpmmd(solv.xfopen(part['primary']), None)
        repo.add_rpmmd(solv.xfopen(part['filelists']), 'FL', solv.Repo.REPO_EXTEND_SOLVABLES)
    elif part['kind'] == 'rpm':
        repo.add_rpm(part['path'])
    repo.internalize()


def repository(part):
    repo, kept = pool.add_repo(part['id']), part.get('solv')
    if kept and os.path.exists(kept):
        repo.add_solv(solv.xfopen(kept))
        return repo
    load(repo, part)
    if kept:
        aside = '%s.%d' % (kept, os.getpid())
        with open(aside, 'wb') as file:
            out = solv.xfopen_fd('', file.fileno())
            repo.write(out)
            out.close()
        os.rename(aside, kept)
    return repo


base = [one for part in ask['base'] for one in repository(part).solvables]
states = set(digest for digests in ask['states'].values() for digest in digests)
own = {}
for part in ask['own']:
    for one in repository(part).solvables:
        digest = one.lookup_checksum(solv.SOLVABLE_CHECKSUM)
        if digest and digest.hex() in states:  # a repository may serve what is in neither state
            own.setdefault(digest.hex(), one)
pool.addfileprovides()
everything = [one.id for one in base] + [one.id for one in own.values()]


def consider(ids):
    pool.set_considered_list(ids)
    pool.createwhatprovides()


def solver():
    made = pool.Solver()
    made.set_flag(solv.Solver.SOLVER_FLAG_IGNORE_RECOMMENDED, 1)
    return made


def install(one, how=0):
    return pool.Job(solv.Job.SOLVER_INSTALL | solv.Job.SOLVER_SOLVABLE | how, one.id)


def unproven(todo):
    for _ in range(20):
        bulk = solver()
        bulk.solve([install(one, solv.Job.SOLVER_WEAK) for one in todo])
        proven = set(one.id for one in bulk.transaction().newsolvables())
        left = [one for one in todo if one.id not in proven]
        if len(left) in (0, len(todo)):
            return left
        todo = left
    return todo


KINDS = {
    solv.Solver.SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP: 'nothing-provides',
    solv.Solver.SOLVER_RULE_PKG_REQUIRES: 'requires',
    solv.Solver.SOLVER_RULE_PKG_CONFLICTS: 'conflicts',
    solv.Solver.SOLVER_RULE_PKG_SELF_CONFLICT: 'conflicts',
    solv.Solver.SOLVER_RULE_PKG_OBSOLETES: 'obsoletes',
    solv.Solver.SOLVER_RULE_PKG_IMPLICIT_OBSOLETES: 'obsoletes',
    solv.Solver.SOLVER_RULE_PKG_SAME_NAME: 'same-name',
    solv.Solver.SOLVER_RULE_PKG_NOT_INSTALLABLE: 'not-installable',
}


def told(one):
    return None if one is None else {'name': one.name, 'version': one.evr, 'arch': one.arch, 'from': one.repo.name}


def reasons(one):
    single = solver()
    problems = single.solve([install(one)])
    if not problems:
        return None
    infos = [info for rule in problems[0].findallproblemrules() for info in rule.allinfos()]
    rows = [(KINDS.get(info.type), info.solvable, info.dep, info.othersolvable) for info in infos]
    return [(kind, a, dep, b) for kind, a, dep, b in rows if kind]


def dependants(hidden):
    seen = {}

    def lost(dep):
        if dep.id not in seen:
            seen[dep.id] = any(one.id in hidden for one in pool.whatprovides(dep))
        return seen[dep.id]

    return [
        one
        for one in base
        if one.id not in hidden and any(lost(dep) for dep in one.lookup_deparray(solv.SOLVABLE_REQUIRES))
    ]


def broken(digests):
    mine = [own[digest] for digest in digests if digest in own]
    names = set((one.name, one.arch) for one in mine)
    hidden = set(one.id for one in base if (one.name, one.arch) in names)
    consider(everything)
    affected = dependants(hidden) if hidden else []
    consider([one.id for one in base if one.id not in hidden] + [one.id for one in mine])
    found = [(one, reasons(one)) for one in unproven(mine + affected)]
    return [(one, rows) for one, rows in found if rows is not None]


results = {state: broken(digests) for state, digests in ask['states'].items()}
consider(everything)
print(json.dumps({
    'missing': sorted(digest for digest in states if digest not in own),
    'states': {state: [
        dict(told(one), rules=[{
            'kind': kind, 'package': told(a), 'needs': None if dep is None else str(dep), 'other': told(b),
            'providers': [] if dep is None else [told(one) for one in pool.whatprovides(dep)][:5],
        } for kind, a, dep, b in rows]) for one, rows in found
    ] for state, found in results.items()},
}))
`;
