namespace MLPipeline.Inference.Scoring;

/// <summary>What a classifier found in a model: its one input, its outputs, and how many classes there are.</summary>
/// <param name="Input">The model's only input.</param>
/// <param name="RowLength">Values in one row: the product of the input's axes without the batch.</param>
/// <param name="FixedBatch">The batch size the model insists on, if it does.</param>
/// <param name="Logits">The output of that name, if there is one.</param>
/// <param name="Probabilities">The output of that name, if there is one.</param>
/// <param name="Labels">One per class; the class numbers when the file has no labels.</param>
internal sealed record ClassifierSignature(
    TensorSignature Input, int RowLength, int? FixedBatch, TensorSignature? Logits, TensorSignature? Probabilities, IReadOnlyList<string> Labels)
{
    public int Classes => Labels.Count;

    public IReadOnlyList<string> OutputNames { get; } =
        [.. new[] { Logits, Probabilities }.OfType<TensorSignature>().Select(output => output.Name)];

    /// <exception cref="ModelLoadException">The model is no classifier; the message says what is missing.</exception>
    public static ClassifierSignature Find(OnnxModel model, OnnxClassifierOptions options)
    {
        var input = FindInput(model);
        var logits = FindOutput(model, options.LogitsOutput);
        var probabilities = FindOutput(model, options.ProbabilitiesOutput);
        var first = probabilities ?? logits ?? throw new ModelLoadException(
            model.Source,
            $"it has no output '{options.ProbabilitiesOutput}' and no output '{options.LogitsOutput}'; its outputs are: "
            + $"{string.Join("; ", model.Signature.Outputs)}. Export it with a classifier head, or name the output in the options.");
        var classes = ClassCount(model, first);
        if (logits is not null && !logits.Shape[1].Accepts(classes))
            throw new ModelLoadException(model.Source, $"its outputs disagree about the classes: {logits}; {first}.");
        var labels = model.Labels.Count > 0 ? model.Labels : [.. Enumerable.Range(0, classes).Select(index => index.ToString())];
        return new ClassifierSignature(input, RowLengthOf(model, input), BatchOf(input), logits, probabilities, labels);
    }

    private static TensorSignature FindInput(OnnxModel model)
    {
        if (model.Signature.Inputs.Count != 1)
            throw new ModelLoadException(model.Source, $"a classifier has one input; this model has {model.Signature.Inputs.Count}: {string.Join("; ", model.Signature.Inputs)}.");
        var input = model.Signature.Inputs[0];
        if (input.ElementType != TensorElementType.Float || input.Shape.Count < 2)
            throw new ModelLoadException(model.Source, $"a classifier's input is Float with a batch axis and at least one more; this one is {input}.");
        return input;
    }

    private static TensorSignature? FindOutput(OnnxModel model, string name)
    {
        if (!model.Signature.HasOutput(name))
            return null;
        var output = model.Signature.Output(name);
        return output is { ElementType: TensorElementType.Float, Shape.Count: 2 }
            ? output
            : throw new ModelLoadException(model.Source, $"a classifier's output is Float[batch,classes]; this one is {output}.");
    }

    private static int ClassCount(OnnxModel model, TensorSignature output)
    {
        var declared = output.Shape[1].Value;
        if (declared is null && model.Labels.Count == 0)
            throw new ModelLoadException(model.Source, $"its output {output} does not say how many classes there are, and the file has no labels.");
        if (declared is { } classes && model.Labels.Count > 0 && classes != model.Labels.Count)
            throw new ModelLoadException(model.Source, $"its output {output} has {classes} classes, its metadata '{ModelMetadata.LabelsKey}' {model.Labels.Count} labels.");
        return checked((int)(declared ?? model.Labels.Count));
    }

    private static int RowLengthOf(OnnxModel model, TensorSignature input)
    {
        if (!input.Shape.Skip(1).All(axis => axis.IsFixed))
            throw new ModelLoadException(model.Source, $"only the batch axis of a classifier's input may be free; this one is {input}. Export it with a fixed size.");
        return input.Shape.Skip(1).Aggregate(1, (product, axis) => checked(product * (int)axis.Value!.Value));
    }

    private static int? BatchOf(TensorSignature input) => (int?)input.Shape[0].Value;
}
