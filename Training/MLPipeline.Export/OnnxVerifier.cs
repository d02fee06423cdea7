using MLPipeline.Export.Verification;
using static TorchSharp.torch;

namespace MLPipeline.Export;

/// <summary>Compares an ONNX file that is there already, whoever wrote it, with a module or with test data, in ONNX Runtime with its graph optimisations off and on.</summary>
public static class OnnxVerifier
{
    /// <summary>Runs a file and a module on the same random inputs, at several lengths of the file's symbolic axes.</summary>
    /// <param name="path">The file. Its inputs are the module's, in order, and so are its outputs.</param>
    /// <param name="module">The module. It runs in evaluation mode; its own mode is restored. It need not be one that can be exported.</param>
    /// <param name="exampleInputs">One tensor for each parameter of <c>forward</c>.</param>
    /// <param name="options">
    /// <see cref="OnnxExportOptions.Tolerance"/>, <see cref="OnnxExportOptions.BatchSizes"/>, <see cref="OnnxExportOptions.VerificationInputs"/>, and, where the
    /// file has them, <see cref="OnnxExportOptions.Preprocessing"/> and <see cref="OnnxExportOptions.ClassifierHead"/>; others mean nothing here. Null for the defaults.
    /// </param>
    /// <param name="progress">Told of each comparison.</param>
    /// <param name="cancellationToken">Stops between comparisons.</param>
    /// <returns>Every comparison.</returns>
    /// <exception cref="ExportException">The file can't be run, is of another module, or gives other numbers.</exception>
    public static IReadOnlyList<VerifiedRun> AgainstModule(
        string path,
        nn.Module module,
        IReadOnlyList<Tensor> exampleInputs,
        OnnxExportOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(exampleInputs);
        using var scope = NewDisposeScope();
        using var file = new FileUnderTest(path);
        return new ModuleComparison(module, exampleInputs, (options ?? new OnnxExportOptions()).Validated()).Run(file, progress, cancellationToken);
    }

    /// <summary>Runs a file on the inputs in a folder and compares with the outputs in it, as ONNX's own tests and <see cref="OnnxExportOptions.ReproFolder"/> keep them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">A folder with <c>input_0.pb</c>, <c>output_0.pb</c> ..., or one that holds several such as <c>test_data_set_0</c>.</param>
    /// <param name="tolerance">How far the numbers may be apart; null for <see cref="Tolerance.Default"/>.</param>
    /// <param name="cancellationToken">Stops between comparisons.</param>
    /// <returns>Every comparison.</returns>
    /// <exception cref="ExportException">The file can't be run, the folder holds no such data, or the numbers differ.</exception>
    public static IReadOnlyList<VerifiedRun> AgainstTestData(
        string path, string folder, Tolerance? tolerance = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        using var scope = NewDisposeScope();
        using var file = new FileUnderTest(path);
        return [.. TestDataSet.Under(folder).SelectMany(set => file.Compare(new Comparison(set.Inputs, set.Outputs, set.Folder), tolerance ?? Tolerance.Default, cancellationToken))];
    }
}
