using System.Linq.Expressions;
using System.Reflection;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>
/// A method's signature as a static method: the receiver first. A receiver of reference type is typed <see cref="object"/>, so that
/// one delegate type serves a virtual method and all its overrides.
/// </summary>
internal sealed class Signature
{
    private Type? _delegateType;

    private Signature(Type returns, Type[] parameters)
    {
        Returns = returns;
        Parameters = parameters;
    }

    /// <summary>The return type; <c>void</c> for a constructor.</summary>
    public Type Returns { get; }

    /// <summary>The receiver, if any, and the parameters.</summary>
    public Type[] Parameters { get; }

    /// <summary>A delegate type of this signature.</summary>
    public Type DelegateType => _delegateType ??= Expression.GetDelegateType([.. Parameters, Returns]);

    /// <summary>The signature of a method.</summary>
    public static Signature Of(MethodBase method)
    {
        var parameters = method.GetParameters().Select(p => p.ParameterType);
        if (!method.IsStatic)
            parameters = parameters.Prepend(Receiver(method.DeclaringType!));
        return new Signature(method is MethodInfo info ? info.ReturnType : typeof(void), [.. parameters]);
    }

    /// <summary>The signature of a constructor called by <c>newobj</c>: parameters in, object out.</summary>
    public static Signature OfCreation(ConstructorInfo constructor) =>
        new(constructor.DeclaringType!, [.. constructor.GetParameters().Select(p => p.ParameterType)]);

    /// <summary>A signature of given types.</summary>
    public static Signature Of(Type returns, params Type[] parameters) => new(returns, parameters);

    private static Type Receiver(Type declaring) => declaring.IsValueType ? declaring.MakeByRefType() : typeof(object);
}
