using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>Leads delegates and sequences that the framework will call back into rewritten code.</summary>
internal static class Callbacks
{
    private static readonly ConditionalWeakTable<Delegate, Delegate> Treated = [];

    /// <summary>Whether an argument of this type can bring user code with it.</summary>
    public static bool MayHold(Type type) => typeof(Delegate).IsAssignableFrom(type) || IsSequence(type);

    /// <summary>The argument itself, or a stand-in whose code is rewritten.</summary>
    public static object? LeadBack(object? argument) => argument switch
    {
        Delegate callback => LeadBack(callback),
        IEnumerable sequence when CodeOrigins.Of(sequence.GetType()) != CodeOrigin.Framework => LeadBack(sequence),
        _ => argument,
    };

    private static bool IsSequence(Type type) =>
        type.IsInterface && type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>);

    private static Delegate LeadBack(Delegate callback)
    {
        if (callback.HasSingleTarget)
            return Treated.GetValue(callback, Treat);
        return Delegate.Combine([.. callback.GetInvocationList().Select(LeadBack)])!;
    }

    private static Delegate Treat(Delegate callback)
    {
        // A dynamic method has no declaring type: it is ours already, or code compiled at run time, which has no IL to copy.
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
