using System.Globalization;
using System.Reflection;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>What the framework's calls by reflection become in rewritten code: the same call, to the treated form of the method.</summary>
internal static class Reflected
{
    private static readonly Dictionary<MethodBase, MethodInfo> Replacements = new()
    {
        [Real(typeof(MethodBase), "Invoke", typeof(object), typeof(object[]))] = Own(nameof(Invoke)),
        [Real(typeof(MethodBase), "Invoke", typeof(object), typeof(BindingFlags), typeof(Binder), typeof(object[]), typeof(CultureInfo))] = Own(nameof(InvokeWith)),
        [Real(typeof(PropertyInfo), "GetValue", typeof(object))] = Own(nameof(GetValue)),
        [Real(typeof(PropertyInfo), "GetValue", typeof(object), typeof(object[]))] = Own(nameof(GetIndexedValue)),
        [Real(typeof(Delegate), "DynamicInvoke", typeof(object[]))] = Own(nameof(DynamicInvoke)),
    };

    /// <summary>The method to call in a framework method's place; null when that stays.</summary>
    public static MethodInfo? Replacement(MethodBase method) => method is { Name: "get_Value", DeclaringType: { IsGenericType: true } type } && type.GetGenericTypeDefinition() == typeof(Lazy<>)
        ? Own(nameof(LazyValue)).MakeGenericMethod(type.GetGenericArguments())
        : Replacements.GetValueOrDefault(method);

    /// <summary>For <see cref="Lazy{T}.Value"/>: what makes the value may have been given before anything was rewritten.</summary>
    public static T LazyValue<T>(Lazy<T> lazy)
    {
        const string field = "_factory";
        var factory = typeof(Lazy<T>).GetField(field, BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new MissingFieldException(nameof(Lazy<>), field);
        if (!lazy.IsValueCreated && factory.GetValue(lazy) is Func<T> make)
            factory.SetValue(lazy, Callbacks.LeadBack((object)make));
        return lazy.Value;
    }

    /// <summary>For <see cref="MethodBase.Invoke(object, object[])"/>.</summary>
    public static object? Invoke(MethodBase method, object? target, object?[]? arguments) =>
        InvokeWith(method, target, BindingFlags.Default, null, arguments, null);

    /// <summary>For <see cref="MethodBase.Invoke(object, BindingFlags, Binder, object[], CultureInfo)"/>.</summary>
    public static object? InvokeWith(MethodBase method, object? target, BindingFlags flags, Binder? binder, object?[]? arguments, CultureInfo? culture)
    {
        if (method is not MethodInfo { ContainsGenericParameters: false } named || (target is null && !method.IsStatic))
            return method.Invoke(target, flags, binder, arguments, culture);
        var reached = Runtime.Reached(named, target);
        if (CallPolicy.Of(reached) == Treatment.Run)
            return method.Invoke(target, flags, binder, arguments, culture);
        var signature = Signature.Of(named);
        if (named is { IsStatic: false, DeclaringType.IsValueType: true })
            signature = Signature.Of(signature.Returns, [typeof(object), .. signature.Parameters.Skip(1)]);
        object?[] all = named.IsStatic ? [.. arguments ?? []] : [target, .. arguments ?? []];
        var result = Within(() => Runtime.Open(reached, target, signature.DelegateType), all);
        if (arguments is not null)
            Array.Copy(all, all.Length - arguments.Length, arguments, 0, arguments.Length); // ref and out
        return result;
    }

    /// <summary>For <see cref="PropertyInfo.GetValue(object)"/>.</summary>
    public static object? GetValue(PropertyInfo property, object? target) => GetIndexedValue(property, target, null);

    /// <summary>For <see cref="PropertyInfo.GetValue(object, object[])"/>.</summary>
    public static object? GetIndexedValue(PropertyInfo property, object? target, object?[]? index)
    {
        if (property.GetGetMethod(nonPublic: true) is not { } getter)
            return property.GetValue(target, index);
        return Invoke(getter, target, index);
    }

    /// <summary>For <see cref="Delegate.DynamicInvoke"/>.</summary>
    public static object? DynamicInvoke(Delegate callback, object?[]? arguments) => ((Delegate)Callbacks.LeadBack((object)callback)!).DynamicInvoke(arguments);

    private static object? Within(Func<Delegate> open, object?[] arguments)
    {
        var target = open();
        try
        {
            return target.DynamicInvoke(arguments);
        }
        finally
        {
            Runtime.Leave();
        }
    }

    private static MethodInfo Real(Type type, string name, params Type[] parameters) => type.GetMethod(name, parameters) ?? throw new MissingMethodException(type.Name, name);

    private static MethodInfo Own(string name) => typeof(Reflected).GetMethod(name, BindingFlags.Static | BindingFlags.Public)!;
}
