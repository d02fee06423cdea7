using static TorchSharp.torch;

namespace MLPipeline.Export;

/// <summary>Exports TorchSharp modules to ONNX: traces the real <c>forward</c>, rewrites the graph, and keeps the file only if ONNX Runtime gives the module's numbers.</summary>
/// <remarks>Tracing compiles code at run time, so it is for build machines and tools: it does not work under native AOT.</remarks>
public static class OnnxExporter
{
    /// <summary>Exports a module.</summary>
    /// <param name="module">Any module derived from <c>Module&lt;Tensor, ...&gt;</c>. It runs in evaluation mode; its own mode is restored.</param>
    /// <param name="exampleInputs">One tensor for each parameter of <c>forward</c>: their shapes, types and ranges are those of real inputs.</param>
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
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(exampleInputs);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (exampleInputs.Count == 0)
            throw new ArgumentException("Give one example tensor for each input of forward.", nameof(exampleInputs));
        var valid = (options ?? new OnnxExportOptions()).Validated();
        if (valid.InputNames is { } names && names.Count != exampleInputs.Count)
            throw new ArgumentException($"InputNames has {names.Count} names; there are {exampleInputs.Count} example input(s).", nameof(options));
        return new ExportJob(module, exampleInputs, valid, progress, cancellationToken).Run(path);
    }
}
