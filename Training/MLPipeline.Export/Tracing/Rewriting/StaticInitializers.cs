using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>
/// Runs static initializers of the user's before traced code comes to them. They run once in a process: what they make is no part of a run,
/// whose tensors end with it.
/// </summary>
internal static class StaticInitializers
{
    private static readonly ConcurrentDictionary<Type, bool> Done = new();

    /// <summary>Sees to it that the static fields of a type are there, and that the tensors in them stay.</summary>
    public static void Run(Type? type)
    {
        if (type is null || type.ContainsGenericParameters || CodeOrigins.Of(type) != CodeOrigin.User || type.TypeInitializer is null || !Done.TryAdd(type, true))
            return;
        using var outside = NewDisposeScope();
        try
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
        catch (TypeInitializationException)
        {
            // The code gets it again, and at the place where it needs the type.
        }

        foreach (var tensor in outside.DisposablesView.OfType<Tensor>().Where(t => !t.IsInvalid).ToList())
            tensor.DetachFromDisposeScope();
    }
}
