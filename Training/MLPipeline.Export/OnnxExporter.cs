using MLPipeline.Export.Tracing;
using static TorchSharp.torch;

namespace MLPipeline.Export;

/// <summary>Exports TorchSharp modules to ONNX: traces the real <c>forward</c>, rewrites the graph, and keeps the file only if ONNX Runtime gives the module's numbers.</summary>
/// <remarks>Tracing compiles code at run time, so it is for build machines and tools: it does not work under native AOT.</remarks>
public static class OnnxExporter
{
    /// <summary>Exports a module.</summary>
    /// <param name="module">Any module with a public <c>forward</c>. It runs in evaluation mode; its own mode is restored.</param>
    /// <param name="exampleInputs">One tensor for each parameter of <c>forward</c> that has no default: their shapes, types and ranges are those of real inputs.</param>
    /// <param name="path">
    /// The file to write; replaced if it exists, and only when everything went well. Weights that do not fit into it go beside it, into a file of
    /// the same name and <c>.data</c>.
    /// </param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Stops between steps; nothing is written then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ExportException">Something stands in the way (the message lists everything), the numbers differ, or the file can't be written.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public static ExportReport Export(
        nn.Module module,
        IReadOnlyList<Tensor> exampleInputs,
        string path,
        OnnxExportOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(exampleInputs);
        return exampleInputs.Count > 0
            ? Export(module, (IReadOnlyList<object?>)exampleInputs, path, options, progress, cancellationToken)
            : throw new ArgumentException("Give one example tensor for each input of forward.", nameof(exampleInputs));
    }

    /// <summary>Exports a module whose <c>forward</c> takes more than tensors.</summary>
    /// <param name="module">Any module with a public <c>forward</c>.</param>
    /// <param name="exampleArguments">
    /// One value for each parameter of <c>forward</c>; those with defaults may be left out. Tensors, and those in tuples, arrays, lists and
    /// dictionaries, are the file's inputs, in order, by default under the keys of dictionaries and the names of parameters. All else (null,
    /// numbers, flags, the number of tensors in a list) is as given, for good.
    /// </param>
    /// <param name="path">The file to write; see the other overload.</param>
    /// <param name="options">How to export; null for the defaults. Inputs are counted as the tensors are.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Stops between steps; nothing is written then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ExportException">Something stands in the way (the message lists everything), the numbers differ, or the file can't be written.</exception>
    /// <exception cref="ArgumentException">An option is outside its range, or there is no tensor among the arguments.</exception>
    public static ExportReport Export(
        nn.Module module,
        IReadOnlyList<object?> exampleArguments,
        string path,
        OnnxExportOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(exampleArguments);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var valid = (options ?? new OnnxExportOptions()).Validated();
        var call = ModuleTracer.CallOf(module, exampleArguments);
        var inputs = call.Arguments.Tensors.Count;
        if (inputs == 0)
            throw new ArgumentException("There is no tensor among the examples: the file would have no inputs.", nameof(exampleArguments));
        if (valid.InputNames is { } names && names.Count != inputs)
            throw new ArgumentException($"InputNames has {names.Count} names; there are {inputs} example input(s).", nameof(options));
        return new ExportJob(module, call, valid with { InputNames = valid.InputNames ?? call.Arguments.Names }, progress, cancellationToken).Run(path);
    }
}
