using System.Reflection;
using MLPipeline.Export.Tracing.Rewriting;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>Calls a module whatever the number of its inputs.</summary>
internal sealed class ModuleCall
{
    private readonly nn.Module _module;
    private readonly MethodInfo _call;
    private readonly Lazy<Delegate> _rewritten;

    /// <summary>Finds the module's <c>call</c>.</summary>
    /// <exception cref="ExportException">It has none that takes so many tensors.</exception>
    public ModuleCall(nn.Module module, int inputs)
    {
        _module = module;
        _call = module.GetType().GetMethods(BindingFlags.Instance | BindingFlags.Public)
            .FirstOrDefault(m => m.Name == "call" && Accepts(m, inputs))
            ?? throw new ExportException(
                $"{module.GetType().Name} has no call that takes {inputs} tensor(s). Derive it from Module<Tensor, ...> and give one example for each input of forward.");
        _rewritten = new Lazy<Delegate>(() =>
        {
            var stub = Stubs.Dispatch(_call, virtually: true);
            return stub.CreateDelegate(Signature.Of(_call).DelegateType);
        });
    }

    /// <summary>Runs the module as it is.</summary>
    public object? Run(IReadOnlyList<Tensor> inputs) => Unwrapped(() => _call.Invoke(_module, [.. inputs]));

    /// <summary>Runs the module's rewritten code.</summary>
    public object? RunRewritten(IReadOnlyList<Tensor> inputs) => Unwrapped(() => _rewritten.Value.DynamicInvoke([_module, .. inputs]));

    private static bool Accepts(MethodInfo method, int inputs)
    {
        var parameters = method.GetParameters();
        return parameters.Length == inputs && parameters.All(p => p.ParameterType == typeof(Tensor));
    }

    private static object? Unwrapped(Func<object?> call)
    {
        try
        {
            return call();
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e.InnerException).Throw();
            throw;
        }
    }
}
