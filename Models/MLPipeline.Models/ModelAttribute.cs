namespace MLPipeline.Models;

/// <summary>Puts a network into the catalog: marks a static method that takes <see cref="ModelOptions"/> and returns the network.</summary>
/// <param name="name">What users type: lower case, as in <c>resnet18</c>.</param>
/// <param name="family">The architecture it is a variant of.</param>
/// <param name="description">One line for a list of networks.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ModelAttribute(string name, string family, string description) : Attribute
{
    /// <summary>What users type.</summary>
    public string Name { get; } = name;

    /// <summary>The architecture.</summary>
    public string Family { get; } = family;

    /// <summary>One line.</summary>
    public string Description { get; } = description;

    /// <summary>Whether the network heeds <see cref="ModelOptions.Stem"/>.</summary>
    public bool HasStemOption { get; init; }

    /// <summary>The only height and width it takes, in pixels; 0 when any will do.</summary>
    public int FixedInput { get; init; }

    /// <summary>The least height and width, in pixels, with <see cref="ImageStem.Small"/> or a stem of its own.</summary>
    public int SmallestInput { get; init; } = 1;

    /// <summary>The least height and width, in pixels, with <see cref="ImageStem.ImageNet"/>.</summary>
    public int SmallestInputWithImageNetStem { get; init; } = 1;
}
