import sys,pickle,time,random,os,csv
sys.argv=['x',open('/tmp/world.path').read().strip(),'/tmp/calib/f.pkl']
def test_world(hub):
    ns={}
    exec(open('/tmp/calib/load.py').read(),ns)
    rows=ns['rows']
    from customer_hub.core import db,keys,sql
    from customer_hub.standardise.write import write_records
    from customer_hub.match.run import match_pending
    from customer_hub.merge.run import merge_pending
    from customer_hub.match.evaluate import evaluate_customers
    from pathlib import Path
    from tests.sql.test_match_pending import state, clear
    from tests.sql.test_merge_pending import master_state
    from tests.sql.source_rows import queue, drop
    import collections
    T=collections.Counter(); N=collections.Counter(); orun=sql.run; ocopy=sql.copy_in; orows=sql.rows
    def wrap(f):
        def g(c,_n,/,*a,**k):
            t0=time.time()
            try: return f(c,_n,*a,**k)
            finally: T[_n]+=time.time()-t0; N[_n]+=1
        return g
    sql.run=wrap(orun); sql.copy_in=wrap(ocopy); sql.rows=wrap(orows)
    def rep(l):
        print(l,[(n,round(x,2),N[n]) for n,x in T.most_common(9)],'sum',round(sum(T.values()),1)); T.clear(); N.clear()
    import cProfile,pstats,io
    def prof(f):
        p=cProfile.Profile(); c0=time.process_time(); r=p.runcall(f,'x'); print('cpu',time.process_time()-c0)
        s=io.StringIO(); pstats.Stats(p,stream=s).sort_stats('tottime').print_stats(14); print('\n'.join(l[:110] for l in s.getvalue().splitlines()[6:24])); return r
    t=time.time()
    with db.begin() as c:
        for ent in ('customer','contact'):
            rs=[r for r in rows.values() if r.entity==ent]
            for i in range(0,len(rs),2000):
                part=rs[i:i+2000]
                write_records(c,keys.sealer(),ent,[r.source_key for r in part],part)
                sql.run(c,"standardise/queue_records",source_keys=[r.source_key for r in part],entity=ent)
    print('load',time.time()-t)
    rep('load'); t=time.time(); c0=time.process_time(); print(match_pending("x").counts, 'MATCH',time.time()-t,'pycpu',time.process_time()-c0); print(open('/proc/loadavg').read()); rep('m')
    t=time.time(); c0=time.process_time(); print(merge_pending("x").counts, 'MERGE',time.time()-t,'pycpu',time.process_time()-c0); rep('g')
    with db.begin() as c: print(evaluate_customers(c,Path(sys.argv[1])/'truth.csv'), (q:=evaluate_customers(c,Path(sys.argv[1])/'truth.csv')).precision,q.recall)
    s,m=state(),master_state()
