using MLPipeline.Inference;
using MLPipeline.Onnx.Serialization;
using static TorchSharp.torch;

namespace MLPipeline.Export;

/// <summary>How a module becomes an ONNX file. Checked once, before anything runs.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The lowest opset written: the first whose <c>Softmax</c>, <c>Squeeze</c> and <c>ReduceSum</c> are today's.</summary>
    public const int LowestOpset = 13;

    private readonly Tolerance? _tolerance;

    /// <summary>The highest opset written.</summary>
    public const int HighestOpset = 21;

    /// <summary>The operator set of the file, <see cref="LowestOpset"/> to <see cref="HighestOpset"/>. Default: 17, which ONNX Runtime 1.12 and later read.</summary>
    public int Opset { get; init; } = 17;

    /// <summary>Whether batch normalisations are folded into the layers before them where that is exact. Default: true.</summary>
    public bool FoldBatchNormalization { get; init; } = true;

    /// <summary>A name for each input of the module's <c>forward</c>. Default: <c>input</c>, or <c>input_0</c>, <c>input_1</c> ... when there are several.</summary>
    public IReadOnlyList<string>? InputNames { get; init; }

    /// <summary>
    /// A name for each tensor the module returns, in order; with <see cref="ClassifierHead"/> one more may follow, for the probabilities.
    /// Default: <c>output</c> (<c>logits</c> with a classifier head), or <c>output_0</c>, <c>output_1</c> ... when there are several.
    /// </summary>
    public IReadOnlyList<string>? OutputNames { get; init; }

    /// <summary>
    /// Which axes of which input may have any length, and the symbol of each: input, then axis, then name (letters, digits and '_'). Equal
    /// names are equal lengths. The batch is the symbol named <c>batch</c>; when there is none, those of a first axis.
    /// Default: axis 0 of every input, named <c>batch</c>. Empty: every length is that of the example inputs.
    /// </summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<int, string>>? DynamicAxes { get; init; }

    /// <summary>
    /// By symbol of <see cref="DynamicAxes"/> other than the batch: lengths, each 1 or more, at which the module runs and the file is verified.
    /// Default: found by trying the module at lengths around the example's.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? DynamicAxisSizes { get; init; }

    /// <summary>Whether a second output <c>probabilities</c>, the softmax of the logits over their last axis, is added. Default: false.</summary>
    public bool ClassifierHead { get; init; }

    /// <summary>
    /// What turns raw pixels into the module's first input. It becomes part of the graph, so that the app feeds raw pixels (float, in the
    /// given range and layout). The example inputs stay what the module itself takes. Default: null, the graph takes the module's input.
    /// </summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Class names in the order of the logits; distinct. Default: null, none in the file.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The network's name, for the file's metadata. Default: null, none in the file.</summary>
    public string? ModelName { get; init; }

    /// <summary>Further <c>metadata_props</c>. Keys that other options write (<see cref="ModelMetadata"/>) are refused, but for the training facts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The precision the file computes in. Default: the module's own.</summary>
    public ExportPrecision Precision { get; init; } = ExportPrecision.AsModule;

    /// <summary>Whether a float16 file takes and gives float32 all the same, so that no app has to change. Default: true.</summary>
    public bool KeepInputsAndOutputsFloat32 { get; init; } = true;

    /// <summary>
    /// When weights go into a file of their own beside the model, <c>name.onnx.data</c>. Default: null, which is <see cref="ExternalData.Auto"/>,
    /// when the model has more than the 2 GiB that one file can hold.
    /// </summary>
    public ExternalData? ExternalData { get; init; }

    /// <summary>Converters for modules and methods of one's own, or in place of built-in ones. Default: none but those that an <see cref="OnnxConverterAttribute"/> names.</summary>
    public OnnxConverters Converters { get; init; } = [];

    /// <summary>Whether the file is run in ONNX Runtime against the module before it is kept. Default: true; false is for those who verify elsewhere.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>How far ONNX Runtime's numbers may be from the module's.</summary>
    /// <remarks>Default: <see cref="Tolerance.Default"/>; <see cref="Tolerance.Half"/> for a file, or a module, that computes in 16 bits.</remarks>
    public Tolerance Tolerance
    {
        get => _tolerance ?? (Precision == ExportPrecision.Float16 ? Tolerance.Half : Tolerance.Default);
        init => _tolerance = value;
    }

    /// <summary>Whether the caller has set <see cref="Tolerance"/>.</summary>
    internal bool HasTolerance => _tolerance is not null;

    /// <summary>
    /// The lengths of the batch to verify at, each 1 or more. Default: null, which is 1, 2 and 7, or 1 and 3 where one row of an input holds more
    /// than 65,536 numbers (an image of 150 x 150 in colours): seven such rows take seconds and tell no more. Those run without graph
    /// optimisations only at the first.
    /// </summary>
    public IReadOnlyList<int>? BatchSizes { get; init; }

    /// <summary>
    /// Further inputs that the file is verified on, besides random ones: each item has one tensor for each input of the file, like the examples
    /// in type and in every axis that is not in <see cref="DynamicAxes"/>. They are where masks, indices or extreme values that random inputs
    /// do not show belong. Default: none.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<Tensor>> VerificationInputs { get; init; } = [];

    /// <summary>
    /// A folder that is made when the file gives other numbers than the module, or can't be run, to show the fault with: the model, the inputs and
    /// the expected outputs, as ONNX's tools read them. It must not exist, or be empty. Default: null, none is made.
    /// </summary>
    public string? ReproFolder { get; init; }

    /// <summary>Checks every value that can be checked before the module has run.</summary>
    /// <exception cref="ArgumentException">A value is outside its range; the message names and quotes it.</exception>
    internal OnnxExportOptions Validated()
    {
        if (Opset is < LowestOpset or > HighestOpset)
            throw new ArgumentOutOfRangeException(nameof(Opset), Opset, $"The opset must be {LowestOpset} to {HighestOpset}.");
        if (!Enum.IsDefined(Precision))
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, "The precision must be AsModule or Float16.");
        CheckNames(nameof(InputNames), InputNames);
        CheckNames(nameof(OutputNames), OutputNames);
        if (InputNames is not null && OutputNames is not null && InputNames.Intersect(OutputNames).FirstOrDefault() is { } both)
            throw new ArgumentException($"'{both}' is both an input and an output name.", nameof(OutputNames));
        if (BatchSizes is not null && (BatchSizes.Count == 0 || BatchSizes.Any(size => size < 1)))
            throw new ArgumentException($"BatchSizes is [{string.Join(", ", BatchSizes)}]; give at least one size, each 1 or more.", nameof(BatchSizes));
        Tolerance.Validate();
        CheckAxes();
        if (ReproFolder is not null && (ReproFolder.Length == 0 || File.Exists(ReproFolder) || (Directory.Exists(ReproFolder) && Directory.EnumerateFileSystemEntries(ReproFolder).Any())))
            throw new ArgumentException($"ReproFolder is '{ReproFolder}'; give a folder that does not exist, or is empty.", nameof(ReproFolder));
        CheckMetadata();
        return this;
    }

    private static void CheckNames(string option, IReadOnlyList<string>? names)
    {
        if (names is null)
            return;
        if (names.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException($"{option} holds an empty name.", option);
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{option} holds '{twice.Key}' {twice.Count()} times.", option);
    }

    private void CheckAxes()
    {
        foreach (var name in (DynamicAxes ?? new Dictionary<int, IReadOnlyDictionary<int, string>>()).Values.SelectMany(axes => axes.Values))
        {
            if (string.IsNullOrEmpty(name) || !name.All(c => char.IsLetterOrDigit(c) || c == '_') || char.IsDigit(name[0]))
                throw new ArgumentException($"DynamicAxes holds the name '{name}'; a symbol is letters, digits and '_', and starts with no digit.", nameof(DynamicAxes));
        }

        foreach (var (name, sizes) in DynamicAxisSizes ?? new Dictionary<string, IReadOnlyList<int>>())
        {
            if (sizes.Count == 0 || sizes.Any(size => size < 1))
                throw new ArgumentException($"DynamicAxisSizes has [{string.Join(", ", sizes)}] for '{name}'; give at least one length, each 1 or more.", nameof(DynamicAxisSizes));
        }
    }

    private void CheckMetadata()
    {
        string[] written = [ModelMetadata.LabelsKey, ModelMetadata.PreprocessingKey, ModelMetadata.ModelKey, ModelMetadata.ExporterKey];
        if (Metadata.Keys.FirstOrDefault(written.Contains) is { } taken)
            throw new ArgumentException($"Metadata holds '{taken}', which the exporter writes itself; use the option for it.", nameof(Metadata));
        if (Metadata.ContainsKey(""))
            throw new ArgumentException("Metadata holds an empty key.", nameof(Metadata));
        if (Labels is not null)
            ModelMetadata.FormatLabels(Labels);
        try
        {
            Preprocessing?.ToJson();
        }
        catch (InvalidOperationException e)
        {
            throw new ArgumentException(e.Message, nameof(Preprocessing), e);
        }
    }
}
