using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>Leads delegates, sequences and comparers that the framework will call back into rewritten code.</summary>
internal static class Callbacks
{
    private static readonly ConditionalWeakTable<Delegate, Delegate> Treated = [];

    /// <summary>Whether an argument of this type can bring user code with it.</summary>
    public static bool MayHold(Type type) => typeof(Delegate).IsAssignableFrom(type) || ElementOf(type) is not null || Comparers.Wrapping(type) is not null;

    /// <summary>Whether any argument of a method can. Methods that put delegates together and compare them call none.</summary>
    public static bool MayGet(MethodBase method) => method.GetParameters().Any(p => MayHold(p.ParameterType))
        && method.DeclaringType != typeof(Interlocked) && method.DeclaringType != typeof(Volatile) && method.DeclaringType != typeof(Delegate);

    /// <summary>The element type of a sequence's interface; null when the type is none.</summary>
    public static Type? ElementOf(Type type) =>
        type.IsInterface && type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>A sequence that may compute its elements, as a list of them: whoever gets it may go through it twice, and from code nobody follows.</summary>
    public static IEnumerable<T>? Settled<T>(IEnumerable<T>? sequence) =>
        sequence is null || (sequence is ICollection<T> && CodeOrigins.Of(sequence.GetType()) == CodeOrigin.Framework) ? sequence : [.. (IEnumerable<T>)LeadBack((object)sequence)!];

    /// <summary>The argument itself, or a stand-in whose code is rewritten.</summary>
    public static object? LeadBack(object? argument) => argument switch
    {
        Delegate callback => LeadBack(callback),
        IEnumerable sequence when CodeOrigins.Of(sequence.GetType()) != CodeOrigin.Framework => LeadBack(sequence),
        _ => argument,
    };

    private static Delegate LeadBack(Delegate callback)
    {
        if (callback.GetType().GetMethod("Invoke")!.GetParameters() is [{ ParameterType.FullName: "System.Runtime.CompilerServices.CallSite" }, ..])
            Recorder.Current?.Unfollowed("a call through dynamic can't be traced. Give the variable a type");
        if (callback.HasSingleTarget && IsCompiled(callback))
            Recorder.Current?.Unfollowed($"a delegate to code compiled at run time ({callback.Method.Name}) can't be traced. Write it as a method or lambda");
        if (callback.HasSingleTarget)
            return Treated.GetValue(callback, Treat);
        var targets = callback.GetInvocationList();
        var treated = Array.ConvertAll(targets, LeadBack);
        // The same object where nothing changes: code compares delegates by reference (events do, when they exchange them).
        return targets.SequenceEqual(treated, ReferenceEqualityComparer.Instance) ? callback : Delegate.Combine(treated)!;
    }

    private static bool IsCompiled(Delegate callback) => callback.Method.DeclaringType is null && callback.Method.Module != typeof(Stubs).Module;

    private static Delegate Treat(Delegate callback)
    {
        // A dynamic method is ours already, or code compiled at run time, which has no IL to copy.
        if (callback.Method.DeclaringType is null || CodeOrigins.Of(callback.Method) == CodeOrigin.Framework)
            return callback;
        return Runtime.Bind(callback.Method, callback.Target, callback.GetType());
    }

    private static object LeadBack(IEnumerable sequence)
    {
        var element = sequence.GetType().GetInterfaces()
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
        return element is null ? sequence : Activator.CreateInstance(typeof(RewrittenSequence<>).MakeGenericType(element), sequence)!;
    }

    private sealed class RewrittenSequence<T>(IEnumerable<T> inner) : IEnumerable<T>
    {
        private static readonly MethodInfo GetGenericEnumerator = typeof(IEnumerable<T>).GetMethod(nameof(IEnumerable<>.GetEnumerator))!;
        private static readonly MethodInfo MoveNext = typeof(IEnumerator).GetMethod(nameof(IEnumerator.MoveNext))!;

        public IEnumerator<T> GetEnumerator()
        {
            using var enumerator = (IEnumerator<T>)Runtime.CallVirtual(GetGenericEnumerator, inner)!;
            while ((bool)Runtime.CallVirtual(MoveNext, enumerator)!)
                yield return enumerator.Current;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
