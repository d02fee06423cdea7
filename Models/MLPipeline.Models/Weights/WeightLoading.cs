namespace MLPipeline.Models.Weights;

/// <summary>How weights from a file meet a module.</summary>
public sealed record WeightLoading
{
    /// <summary>
    /// Whether keys that only the module has, or only the file, are an error. Default: true. <c>num_batches_tracked</c>, which older files lack and
    /// nothing at inference reads, is never one.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>Whether tensors of another shape are left out instead of being an error: a classifier of other classes keeps its own last layer. Default: false.</summary>
    public bool SkipOtherShapes { get; init; }

    /// <summary>The module's key of a key in the file. Default: <see cref="TorchvisionKeys.Current"/>.</summary>
    public Func<string, string> Rename { get; init; } = TorchvisionKeys.Current;
}
