using MLPipeline.Cli.UserModules;
using MLPipeline.Export;
using static TorchSharp.torch;

namespace MLPipeline.Cli.Stages;

/// <summary>Work that runs a user's module on examples: what its own code throws is told as its own.</summary>
internal static class ModuleStage
{
    /// <summary>Does the work.</summary>
    /// <param name="module">The module.</param>
    /// <param name="work">Gets an example of each input.</param>
    /// <exception cref="ExportException">The module fails on such inputs, or the work finds something wrong.</exception>
    public static T With<T>(UserModule module, Func<IReadOnlyList<Tensor>, T> work)
    {
        var examples = module.Examples();
        try
        {
            return work(examples);
        }
        catch (Exception e) when (e is not (ExportException or OperationCanceledException or IOException or UnauthorizedAccessException or OutOfMemoryException or NotSupportedException))
        {
            var inputs = string.Join(", ", module.Inputs.Zip(module.InputNames, (i, name) => $"{name}: {i.Type} [{string.Join(',', i.Shape)}]"));
            // libtorch adds where in its C++ it happened.
            throw new ExportException($"{module.Name} fails on {inputs} with {e.GetType().Name}: {e.Message.Split('\n')[0]}", e);
        }
        finally
        {
            foreach (var example in examples)
                example.Dispose();
        }
    }
}
