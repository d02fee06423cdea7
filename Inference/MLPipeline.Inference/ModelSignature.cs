namespace MLPipeline.Inference;

/// <summary>What a model takes and gives, in the file's order.</summary>
/// <param name="Inputs">The tensors to feed.</param>
/// <param name="Outputs">The tensors that come back.</param>
public sealed record ModelSignature(IReadOnlyList<TensorSignature> Inputs, IReadOnlyList<TensorSignature> Outputs)
{
    /// <summary>The input of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public TensorSignature Input(string name) => Find(Inputs, "input", name);

    /// <summary>The output of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public TensorSignature Output(string name) => Find(Outputs, "output", name);

    /// <summary>Whether the model has an output of this name.</summary>
    public bool HasOutput(string name) => Outputs.Any(output => output.Name == name);

    private static TensorSignature Find(IReadOnlyList<TensorSignature> tensors, string kind, string name) =>
        tensors.FirstOrDefault(tensor => tensor.Name == name)
        ?? throw new ArgumentException($"The model has no {kind} '{name}'; its {kind}s are: {string.Join("; ", tensors)}.", nameof(name));
}
