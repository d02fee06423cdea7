using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>What really runs when an exactly known method is called from rewritten code, as a typed delegate; made once per method.</summary>
internal static class Invokers
{
    private static readonly ConcurrentDictionary<MethodBase, Lazy<DynamicMethod>> Bodies = new();
    private static readonly ConcurrentDictionary<(MethodBase, Type), Lazy<Delegate>> Delegates = new();
    private static readonly ConcurrentDictionary<(MethodBase, Type), Lazy<Delegate>> Recorded = new();

    /// <summary>The method's treated form: a rewritten body, a recording wrapper or a plain call.</summary>
    public static DynamicMethod BodyOf(MethodBase method) =>
        Bodies.GetOrAdd(method, static m => new Lazy<DynamicMethod>(() => Make(m))).Value;

    /// <summary>The treated form as a delegate of the given type.</summary>
    public static Delegate DelegateOf(MethodBase method, Type delegateType) =>
        Delegates.GetOrAdd((method, delegateType), static k => new Lazy<Delegate>(() => BodyOf(k.Item1).CreateDelegate(k.Item2))).Value;

    /// <summary>A form that runs a method as it is and records the call, whatever its treatment: a converter of the export's user may ask for it.</summary>
    public static Delegate RecordedDelegateOf(MethodBase method, Type delegateType) =>
        Recorded.GetOrAdd((method, delegateType), static k => new Lazy<Delegate>(() => Stubs.Recording(k.Item1).CreateDelegate(k.Item2))).Value;

    /// <summary>The treated form of a struct's method for a receiver in a box.</summary>
    public static Delegate BoxedDelegateOf(MethodBase method, Type delegateType) =>
        Delegates.GetOrAdd((method, delegateType), static k => new Lazy<Delegate>(() => Stubs.Unboxing(k.Item1).CreateDelegate(k.Item2))).Value;

    private static DynamicMethod Make(MethodBase method) => CallPolicy.Of(method) switch
    {
        Treatment.Enter => MethodRewriter.Rewrite(method),
        Treatment.Record => Stubs.Recording(method),
        Treatment.Read => Stubs.Announced(method, nameof(Runtime.BeforeRead)),
        Treatment.Measure => Stubs.Announced(method, nameof(Runtime.BeforeMeasure)),
        Treatment.Take => Stubs.Announced(method, nameof(Runtime.BeforeTake)),
        Treatment.Move => Stubs.Announced(method, nameof(Runtime.BeforeMove)),
        Treatment.Obscure => Stubs.Announced(method, nameof(Runtime.BeforeObscure)),
        Treatment.Native => Stubs.Native(method),
        _ => Stubs.PlainCall(method),
    };
}
