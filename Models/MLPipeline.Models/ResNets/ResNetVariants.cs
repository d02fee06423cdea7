namespace MLPipeline.Models.ResNets;

/// <summary>The published residual networks, one row each: table 1 of arXiv:1512.03385.</summary>
internal static class ResNetVariants
{
    private const string Family = "ResNet";

    [Model("resnet18", Family, "ResNet, 18 layers: basic blocks 2, 2, 2, 2", HasStemOption = true)]
    internal static ResNet ResNet18(ModelOptions options) => new(options, bottleneck: false, (2, 2, 2, 2));

    [Model("resnet34", Family, "ResNet, 34 layers: basic blocks 3, 4, 6, 3", HasStemOption = true)]
    internal static ResNet ResNet34(ModelOptions options) => new(options, bottleneck: false, (3, 4, 6, 3));

    [Model("resnet50", Family, "ResNet, 50 layers: bottleneck blocks 3, 4, 6, 3", HasStemOption = true)]
    internal static ResNet ResNet50(ModelOptions options) => new(options, bottleneck: true, (3, 4, 6, 3));

    [Model("resnet101", Family, "ResNet, 101 layers: bottleneck blocks 3, 4, 23, 3", HasStemOption = true)]
    internal static ResNet ResNet101(ModelOptions options) => new(options, bottleneck: true, (3, 4, 23, 3));

    [Model("resnet152", Family, "ResNet, 152 layers: bottleneck blocks 3, 8, 36, 3", HasStemOption = true)]
    internal static ResNet ResNet152(ModelOptions options) => new(options, bottleneck: true, (3, 8, 36, 3));
}
