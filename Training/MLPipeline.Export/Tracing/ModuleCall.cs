using System.Reflection;
using System.Runtime.ExceptionServices;
using MLPipeline.Export.Tracing.Rewriting;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>Calls a module whatever it takes.</summary>
internal sealed class ModuleCall
{
    private readonly nn.Module _module;
    private readonly MethodInfo _call;
    private readonly Lazy<Delegate> _rewritten;

    /// <summary>Finds the module's <c>call</c>, or the <c>forward</c> of one that derives from <c>nn.Module</c> itself.</summary>
    /// <param name="module">The module.</param>
    /// <param name="examples">A value for each parameter; those with defaults may be left out.</param>
    /// <exception cref="ExportException">It has none that takes these.</exception>
    public ModuleCall(nn.Module module, IReadOnlyList<object?> examples)
    {
        _module = module;
        var found = Methods(module, "call").Concat(Methods(module, "forward")).OrderBy(m => m.GetParameters().Length != examples.Count)
            .Select(m => (Method: m, Arguments: ModuleArguments.Of(ParametersOf(m), examples))).FirstOrDefault(m => m.Arguments is not null);
        _call = found.Method ?? throw new ExportException(Mismatch(module, examples));
        Arguments = found.Arguments!;
        _rewritten = new Lazy<Delegate>(() => Stubs.Dispatch(_call, virtually: true).CreateDelegate(Signature.Of(_call).DelegateType));
    }

    /// <summary>The arguments it is called with.</summary>
    public ModuleArguments Arguments { get; }

    /// <summary>Runs the module as it is.</summary>
    public object? Run(IReadOnlyList<Tensor> inputs) => Unwrapped(() => _call.Invoke(_module, Arguments.With(inputs)));

    /// <summary>Runs the module's rewritten code.</summary>
    public object? RunRewritten(IReadOnlyList<Tensor> inputs) => Unwrapped(() => _rewritten.Value.DynamicInvoke([_module, .. Arguments.With(inputs)]));

    private static IEnumerable<MethodInfo> Methods(nn.Module module, string name) => module.GetType()
        .GetMethods(BindingFlags.Instance | BindingFlags.Public)
        .Where(m => m.Name == name && !m.ContainsGenericParameters && m.GetParameters().All(p => !p.ParameterType.IsByRef && !p.ParameterType.IsByRefLike));

    // The user gave names and defaults to the parameters of forward; call, which is TorchSharp's, has the same types.
    private ParameterInfo[] ParametersOf(MethodInfo method)
    {
        var types = method.GetParameters().Select(p => p.ParameterType).ToArray();
        return Methods(_module, "forward").FirstOrDefault(f => f.GetParameters().Select(p => p.ParameterType).SequenceEqual(types))?.GetParameters() ?? method.GetParameters();
    }

    private static string Mismatch(nn.Module module, IReadOnlyList<object?> examples)
    {
        var given = string.Join(", ", examples.Select(e => e is null ? "null" : NameOf(e.GetType())));
        var there = Methods(module, "forward").Concat(Methods(module, "call")).Select(m => string.Join(", ", m.GetParameters().Select(p => $"{NameOf(p.ParameterType)} {p.Name}")))
            .Select(p => $"({p})").Distinct().ToList();
        return $"{module.GetType().Name} has no forward that takes ({given})"
            + (there.Count == 0 ? ". Derive it from Module<Tensor, ...>, or give it a public forward." : $"; it has {string.Join(", ", there)}. Give one example for each parameter, in order; those with defaults may be left out.");
    }

    private static string NameOf(Type type)
    {
        if (!type.IsGenericType)
            return type.Name;
        var arguments = string.Join(", ", type.GetGenericArguments().Select(NameOf));
        return type.Name.StartsWith("ValueTuple", StringComparison.Ordinal) ? $"({arguments})" : $"{type.Name.Split('`')[0]}<{arguments}>";
    }

    private static object? Unwrapped(Func<object?> call)
    {
        try
        {
            return call();
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            var cause = e.InnerException;
            while (cause is TargetInvocationException { InnerException: { } inner })
                cause = inner;
            ExceptionDispatchInfo.Capture(cause).Throw();
            throw;
        }
    }
}
