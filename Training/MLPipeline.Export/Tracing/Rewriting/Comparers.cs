using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>Leads comparers of the user's, which the framework will call back when it sorts and looks up, into rewritten code.</summary>
internal static class Comparers
{
    /// <summary>The method that wraps an argument of this type; null when the type is no comparer's interface.</summary>
    public static MethodInfo? Wrapping(Type type)
    {
        if (!type.IsInterface || !type.IsGenericType)
            return null;
        var name = type.GetGenericTypeDefinition() == typeof(IComparer<>) ? nameof(Order)
            : type.GetGenericTypeDefinition() == typeof(IEqualityComparer<>) ? nameof(Equality)
            : null;
        return name is null ? null : typeof(Comparers).GetMethod(name)!.MakeGenericMethod(type.GetGenericArguments());
    }

    /// <summary>An order whose code is rewritten where it is the user's.</summary>
    public static IComparer<T>? Order<T>(IComparer<T>? comparer) => IsUsers(comparer) ? new RewrittenOrder<T>(comparer) : comparer;

    /// <summary>An equality whose code is rewritten where it is the user's.</summary>
    public static IEqualityComparer<T>? Equality<T>(IEqualityComparer<T>? comparer) => IsUsers(comparer) ? new RewrittenEquality<T>(comparer) : comparer;

    private static bool IsUsers([NotNullWhen(true)] object? comparer) => comparer is not null && CodeOrigins.Of(comparer.GetType()) == CodeOrigin.User;

    private static MethodInfo Method(Type type, string name) => type.GetMethod(name) ?? throw new MissingMethodException(type.Name, name);

    private static TResult Within<TResult>(MethodInfo method, object receiver, Func<Delegate, TResult> call)
    {
        var target = Runtime.EnterVirtual(MethodTable.NumberOf(method), receiver);
        try
        {
            return call(target);
        }
        finally
        {
            Runtime.Leave();
        }
    }

    // Collections with equal comparers are handled alike: two that wrap one are equal.
    private sealed record RewrittenOrder<T>(IComparer<T> Inner) : IComparer<T>
    {
        private static readonly MethodInfo Comparing = Method(typeof(IComparer<T>), nameof(IComparer<>.Compare));

        public int Compare(T? x, T? y) => Within(Comparing, Inner, target => ((Func<object, T?, T?, int>)target)(Inner, x, y));
    }

    private sealed record RewrittenEquality<T>(IEqualityComparer<T> Inner) : IEqualityComparer<T>
    {
        private static readonly MethodInfo Equating = Method(typeof(IEqualityComparer<T>), nameof(IEqualityComparer<>.Equals));
        private static readonly MethodInfo Hashing = Method(typeof(IEqualityComparer<T>), nameof(IEqualityComparer<>.GetHashCode));

        public bool Equals(T? x, T? y) => Within(Equating, Inner, target => ((Func<object, T?, T?, bool>)target)(Inner, x, y));

        public int GetHashCode([DisallowNull] T obj) => Within(Hashing, Inner, target => ((Func<object, T, int>)target)(Inner, obj));
    }
}
