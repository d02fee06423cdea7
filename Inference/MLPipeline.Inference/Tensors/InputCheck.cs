namespace MLPipeline.Inference.Tensors;

/// <summary>Compares what a caller feeds with what the model declares, before ONNX Runtime sees it.</summary>
internal static class InputCheck
{
    /// <exception cref="ArgumentException">An input is missing, unknown, or of another type or shape than declared.</exception>
    public static void Check(ModelSignature signature, IReadOnlyDictionary<string, TensorValue> inputs, string source)
    {
        var fault = signature.Inputs.Select(wanted => Fault(wanted, inputs, source)).FirstOrDefault(text => text is not null)
            ?? Unknown(signature, inputs, source);
        if (fault is not null)
            throw new ArgumentException(fault, nameof(inputs));
    }

    private static string? Fault(TensorSignature wanted, IReadOnlyDictionary<string, TensorValue> inputs, string source)
    {
        if (!inputs.TryGetValue(wanted.Name, out var found))
            return $"The model '{source}' wants an input {wanted}; got: {Names(inputs)}.";
        if (found.ElementType != wanted.ElementType)
            return $"Input '{wanted.Name}' of the model '{source}' wants {wanted.ElementType}{wanted.ShapeText}; got {found}.";
        return wanted.Accepts(found.Shape)
            ? null
            : $"Input '{wanted.Name}' of the model '{source}' wants shape {wanted.ShapeText}; got {TensorValue.Text(found.Shape)}.";
    }

    private static string? Unknown(ModelSignature signature, IReadOnlyDictionary<string, TensorValue> inputs, string source)
    {
        var unknown = inputs.Keys.FirstOrDefault(name => signature.Inputs.All(input => input.Name != name));
        return unknown is null
            ? null
            : $"The model '{source}' has no input '{unknown}'; its inputs are: {string.Join("; ", signature.Inputs)}.";
    }

    private static string Names(IReadOnlyDictionary<string, TensorValue> inputs) =>
        inputs.Count == 0 ? "none" : string.Join("; ", inputs.Select(input => $"{input.Key}: {input.Value}"));
}
